# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# The rows of dev/bench: row_NAME takes the samples of the row NAME. Each creates its own data, so that a row
# can run alone.

# name, ratio to reach, what it is
print_rows() {
	cat <<-'END'
		load-same	40	`build --load`, 1 GB image, nothing changed
		load-change	20	the same, a small last layer changed
		load-first	1.5	the same, first load
		big-first	2.5	first transfer of a context with one 800 MB file
		big-memory	2	client memory (process tree, peak) during the 800 MB transfer
		many-first	1.3	first transfer of 50,000 small files (300 MB)
		many-same	1.0	50,000 files unchanged
		many-one	1.0	50,000 files, one changed
		in-turn	1.0	two contexts of 20,000 files built in turn on one builder
		tiny	1.3	no-op build of a tiny context
		tiny-load	1.6	the same with `--load`
		ls	4	`ls` with three builders
		inspect	2	`inspect`
		version	10	`version`
		complete	10	completion of builder names
		growth-builders		`ls` with many builders
		growth-files		contexts of many files
		growth-layer		`--load` of a big layer (with --disk also of one of 20 GB)
		growth-log		a long log
	END
}
title_of() { print_rows | awk -F'\t' -v r="$1" '$1 == r { print $3 }'; }
ratio_of() { print_rows | awk -F'\t' -v r="$1" '$1 == r { print $2 }'; }

run_row() {
	declare -F "row_${1//-/_}" >/dev/null || die "no row '$1': bench --list names them"
	say "$1: $(title_of "$1")"
	"row_${1//-/_}"
	# Data of a row would use the space of the next.
	remove_builders
	rm -rf "$work/context"*
	forget
}

both_builders() {
	local who
	for who in ours theirs; do fresh_builder "$who"; done
}
# Both build once before timing.
warm() {
	local who
	for who in ours theirs; do
		BUILDX_BUILDER=$(builder "$who") "$(program "$who")" "${@//@WHO@/$who}" >"$work/out" 2>&1 </dev/null ||
			{ cat "$work/out" >&2; die "failed: $*"; }
	done
}

# An image of 1 GB in eleven layers, and a small last one that depends on a file of the context. The
# layers are created in the builder; each program has its own context, since they change it in turn.
gigabyte_context() {
	local who i bytes
	bytes=$(($(scaled 1000) * 1000 * 1000 / 10))
	for who in ours theirs; do
		mkdir -p "$work/context-$who"
		{
			echo "FROM busybox"
			echo "ARG round"
			for ((i = 0; i < 10; i++)); do
				echo "RUN head -c $bytes /dev/urandom >/part$i && echo \$round $who >>/part$i"
			done
			echo "COPY small /small"
		} >"$work/context-$who/Dockerfile"
		echo 0 >"$work/context-$who/small"
	done
}
row_load_same() {
	both_builders
	gigabyte_context
	warm build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
	compare load-same 5 build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
}
change_small() { echo "$2 $1 $RANDOM" >"$work/context-$1/small"; }
row_load_change() {
	both_builders
	gigabyte_context
	warm build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
	compare load-change 5 before=change_small build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
}
# The image is built and not exported yet, and the engine knows none of its layers.
built_not_loaded() {
	docker image rm --force "$prefix:$1" >/dev/null 2>&1 || true
	docker image prune --force >/dev/null
	BUILDX_BUILDER=$(builder "$1") "$berth" prune --all --force >/dev/null 2>&1
	sed -i "s/^ARG round.*/ARG round=$2/" "$work/context-$1/Dockerfile"
	BUILDX_BUILDER=$(builder "$1") "$(program "$1")" build "$work/context-$1" >/dev/null 2>&1
}
row_load_first() {
	both_builders
	gigabyte_context
	compare load-first 3 before=built_not_loaded build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
}

copy_everything() {
	mkdir -p "$work/context"
	printf 'FROM scratch\nCOPY . /\n' >"$work/context/Dockerfile"
}
# For a first transfer: also removes cached state of the context.
new_builder() {
	fresh_builder "$1"
	forget
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
	copy_everything
	many_files "$work/context" "$(scaled 50000)" 5980
	compare many-first 5 before=new_builder build "$work/context"
}
row_many_same() {
	both_builders
	copy_everything
	many_files "$work/context" "$(scaled 50000)" 5980
	warm build "$work/context"
	compare many-same 15 build "$work/context"
}
change_one() { echo "$2 $1 $RANDOM" >"$work/context/d0/f000"; }
row_many_one() {
	both_builders
	copy_everything
	many_files "$work/context" "$(scaled 50000)" 5980
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

tiny_context() {
	mkdir -p "$work/context"
	printf 'FROM busybox\nRUN echo hello >/hello\n' >"$work/context/Dockerfile"
	both_builders
}
row_tiny() {
	tiny_context
	warm build "$work/context"
	compare tiny 31 build "$work/context"
}
row_tiny_load() {
	tiny_context
	warm build --load --tag "$prefix:@WHO@" "$work/context"
	compare tiny-load 31 build --load --tag "$prefix:@WHO@" "$work/context"
}

three_builders() {
	both_builders
	"$berth" create --name "$prefix-third" "$(builder_options)" >/dev/null 2>&1
}
row_ls() {
	three_builders
	warm ls
	compare ls 21 ls
}
row_inspect() {
	three_builders
	warm inspect
	compare inspect 21 inspect
}
row_version() { compare version 31 version; }
row_complete() {
	three_builders
	compare complete 31 __complete inspect ''
}
