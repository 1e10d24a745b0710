# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Rows of contexts that are sent.

copy_everything() {
	mkdir -p "$work/context"
	printf 'FROM scratch\nCOPY . /\n' >"$work/context/Dockerfile"
}
# For a first transfer: also removes cached state of the context.
new_builder() {
	fresh_builder "$1"
	forget
}
many_context() {
	copy_everything
	many_files "$work/context" "$(scaled 50000)" 5980
}
big_context() {
	copy_everything
	head -c "$(scaled 800)000000" /dev/urandom >"$work/context/big"
}
row_big_first() {
	big_context
	compare big-first 7 before=new_builder build "$work/context"
}
row_big_memory() {
	big_context
	compare big-memory 3 before=new_builder with=watched_with_buildctl build "$work/context"
}
row_many_first() {
	many_context
	compare many-first 5 before=new_builder build "$work/context"
}
row_many_memory() {
	many_context
	compare many-memory 3 before=new_builder with=watched_with_buildctl build "$work/context"
}
row_many_same() {
	both_builders
	many_context
	warm build "$work/context"
	compare many-same 15 build "$work/context"
}
change_one() { echo "$2 $1 $RANDOM" >"$work/context/d0/f000"; }
row_many_one() {
	both_builders
	many_context
	warm build "$work/context"
	compare many-one 9 before=change_one build "$work/context"
}
# Runs alternate between two contexts.
build_other() {
	BUILDX_BUILDER=$(builder "$1") "$(program "$1")" build "$work/context-b" >/dev/null 2>&1
}
row_in_turn() {
	local one
	both_builders
	for one in a b; do
		many_files "$work/context-$one" "$(scaled 20000)" 1000
		printf 'FROM scratch\nCOPY . /\n' >"$work/context-$one/Dockerfile"
		warm build "$work/context-$one"
	done
	compare in-turn 5 before=build_other build "$work/context-a"
}
row_unread() {
	mkdir -p "$work/context"
	printf 'FROM busybox\nCOPY small /\n' >"$work/context/Dockerfile"
	echo 1 >"$work/context/small"
	head -c "$(scaled 400)000000" /dev/urandom >"$work/context/unread"
	compare unread 7 before=new_builder build "$work/context"
}
# One context for each program, since a file of it is edited before each build.
five_hundred_files() {
	local who
	for who in ours theirs; do
		many_files "$work/context-$who" 500 2000
		printf 'FROM busybox\nCOPY . /app/\n' >"$work/context-$who/Dockerfile"
	done
}
edit_one() { echo "$2 $1 $RANDOM" >"$work/context-$1/d0/f007"; }
row_edited() {
	both_builders
	five_hundred_files
	warm build "$work/context-@WHO@"
	compare edited 21 before=edit_one build "$work/context-@WHO@"
}
row_edited_load() {
	both_builders
	five_hundred_files
	warm build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
	compare edited-load 21 before=edit_one build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
}
