# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# The table of the rows of dev/bench. row_NAME, in rows_*.sh by theme, takes the samples of the row NAME. Each creates
# its own data, so that a row can run alone.

# name, ratio to reach, what it is
print_rows() {
	cat <<-'END'
		load-same	40	`build --load`, 1 GB image, nothing changed
		load-change	20	the same, a small last layer changed
		load-first	1.5	the same, first load
		load-500	1.2	tiny image changed, `--load`, 500 other images in the engine
		load-500-classic	1.2	the same with the classic image store
		load-in-a-row	1.2	context of 500 files, one edited, `--load`, after 60 such loads
		big-first	1.2	first transfer of a context with one 800 MB file
		big-memory	2	client memory (process tree, peak) during the 800 MB transfer
		many-first	1.2	first transfer of 50,000 small files (300 MB)
		many-memory	2	client memory (process tree, peak) during that transfer
		many-same	1.0	50,000 files unchanged
		many-one	1.0	50,000 files, one changed
		unread	1.0	context with 400 MB that no COPY names
		edited	1.2	context of 500 files, one edited
		edited-load	1.2	the same with `--load`
		in-turn	1.0	two contexts of 20,000 files built in turn on one builder
		tiny	1.5	no-op build of a tiny context
		tiny-load	1.8	the same with `--load`
		ls	4	`ls` with three builders
		inspect	2	`inspect`
		version	10	`version`
		complete	10	completion of builder names
		ssh-ls	8	`ls`, engine at `ssh://`
		ssh-inspect	8	`inspect`, engine at `ssh://`
		ssh-tiny	3.5	no-op build of a tiny context, engine at `ssh://`
		ssh-tiny-load	4	the same with `--load`
		bake-10	1.0	`bake`, ten targets, nothing changed
		bake-50	1.0	`bake`, fifty targets, nothing changed
		bake-shared	1.0	`bake`, ten targets that copy one context of 20,000 files, first build
		bake-print	4	`bake --print`, fifty targets
		index-inspect	2	`imagetools inspect` of an index of ten platforms
		index-create	2	`imagetools create` of one of its platforms
		two-nodes	1.0	build for two platforms over two nodes, pushed
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
