# shellcheck shell=bash disable=SC2154,SC2016
# SPDX-License-Identifier: Apache-2.0
# Rows of bake.

# targets COUNT DOCKERFILE: a bake file of targets that differ by an argument, on one context.
targets() {
	local i
	mkdir -p "$work/context"
	printf '%b' "$2" >"$work/context/Dockerfile"
	{
		printf 'group "default" {\n  targets = ['
		for ((i = 0; i < $1; i++)); do printf '"t%d", ' "$i"; done
		printf ']\n}\n'
		for ((i = 0; i < $1; i++)); do
			printf 'target "t%d" {\n  args = { number = %d }\n}\n' "$i" "$i"
		done
	} >"$work/context/docker-bake.hcl"
}
# in_context COMMAND…
in_context() (
	cd "$work/context" || exit
	"$@"
)
no_op_targets() {
	both_builders
	targets "$2" 'FROM busybox\nARG number\nRUN echo $number >/number\n'
	in_context warm bake
	in_context compare "$1" 15 bake
}
row_bake_10() { no_op_targets bake-10 10; }
row_bake_50() { no_op_targets bake-50 50; }
row_bake_shared() {
	targets 10 'FROM scratch\nARG number\nCOPY . /context-$number/\n'
	many_files "$work/context" "$(scaled 20000)" 1000
	in_context compare bake-shared 5 before=new_builder bake
}
row_bake_print() {
	targets 50 'FROM busybox\n'
	in_context compare bake-print 21 bake --print
}
