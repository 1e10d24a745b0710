# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Rows of images that are loaded into the engine.

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

# other_images COUNT: as on a developer's machine, every second one without a tag.
other_images() {
	local i name
	for ((i = 0; i < $1; i++)); do
		name=()
		((i % 2)) || name=("$prefix-other:$i")
		tar --create --mtime="@$i" --directory "$work" context | docker import - "${name[@]}" >/dev/null
	done
}
tiny_changing_contexts() {
	local who
	for who in ours theirs; do
		mkdir -p "$work/context-$who"
		printf 'FROM busybox\nCOPY small /small\n' >"$work/context-$who/Dockerfile"
		echo 0 >"$work/context-$who/small"
	done
}
load_among_many() {
	both_builders
	tiny_changing_contexts
	mkdir -p "$work/context"
	echo 1 >"$work/context/file"
	other_images "$(scaled 500)"
	warm build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
	compare "$1" 15 before=change_small build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
	docker image ls --quiet --filter "reference=$prefix-other" | xargs docker image rm --force >/dev/null
}
row_load_500() { load_among_many load-500; }
# On a second engine, Debian's.
row_load_500_classic() (
	export BERTH_ENGINE_STACK=oldest BERTH_OLDEST_ENGINE_DIR=$work/classic
	trap 'dev/private-engine stop' EXIT
	dev/private-engine start
	eval "$(dev/private-engine env)"
	load_among_many load-500-classic
	remove_builders
)
row_load_in_a_row() {
	local who i
	both_builders
	five_hundred_files
	for who in ours theirs; do
		for ((i = 0; i < $(scaled 60); i++)); do
			edit_one "$who" "$i"
			BUILDX_BUILDER=$(builder "$who") "$(program "$who")" build --load --tag "$prefix:$who" "$work/context-$who" \
				>/dev/null 2>&1
		done
	done
	compare load-in-a-row 15 before=edit_one build --load --tag "$prefix:@WHO@" "$work/context-@WHO@"
}
