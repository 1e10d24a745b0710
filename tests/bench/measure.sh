# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Timing of dev/bench. A sample is one line: microseconds, then peak memory in bytes (0: not watched). Samples
# of a row are in $data/ROW.ours and $data/ROW.theirs; $data/ROW.commands has the docker commands of one more
# run of berth, with the milliseconds of each.
prefix=berthbench$$

microseconds_now() { echo "${EPOCHREALTIME/[.,]/}"; }

# timed COMMAND…: appends a sample to the file $samples.
timed() {
	local begin=${EPOCHREALTIME/[.,]/}
	"$@" >"$work/out" 2>&1 </dev/null || { tail -n 20 "$work/out" >&2; die "failed: $*"; }
	echo "$((${EPOCHREALTIME/[.,]/} - begin)) 0" >>"$samples"
}

# The processes of the tree below PID, with PID.
tree_of() {
	local child
	echo "$1"
	# shellcheck disable=SC2013  # numbers
	for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do tree_of "$child"; done
}

# The peak memory of a process tree: the sum of the peaks (VmHWM) of all concurrent processes.
tree_memory() {
	local pid
	for pid in $(tree_of "$1"); do cat "/proc/$pid/status" 2>/dev/null || true; done |
		awk '/^VmHWM/ { sum += $2 } END { print sum * 1024 }'
}

# The same for buildctl processes inside builders, which are in no client's tree.
buildctl_memory() {
	local pid
	for pid in $(pgrep -x buildctl); do cat "/proc/$pid/status" 2>/dev/null || true; done |
		awk '/^VmHWM/ { sum += $2 } END { print sum * 1024 }'
}

# watched COMMAND…: as timed, with the memory of the process tree.
watched() {
	local begin=${EPOCHREALTIME/[.,]/} end pid most=0 now inside=0
	"$@" >"$work/out" 2>&1 </dev/null &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		now=$(tree_memory "$pid")
		((now <= most)) || most=$now
		if [[ ${inside_too:-} ]]; then
			now=$(buildctl_memory)
			((now <= inside)) || inside=$now
		fi
		sleep 0.02
	done
	wait "$pid" || { tail -n 20 "$work/out" >&2; die "failed: $*"; }
	end=${EPOCHREALTIME/[.,]/}
	echo "$((end - begin)) $most $inside" >>"$samples"
}
# The same, with buildctl's in a third column.
watched_with_buildctl() {
	local inside_too=1
	watched "$@"
}

# berth's cache between builds.
forget() { rm -rf "${XDG_CACHE_HOME:?}"; }

# builder WHO: the name of the builder of `ours` or `theirs`; each has one, created in the same way.
builder() { echo "$prefix-$1"; }

builder_options() {
	echo "--buildkitd-config=$BERTH_TEST_BUILDKITD_CONFIG"
}

# fresh_builder WHO [OPTION…]
fresh_builder() {
	local name
	name=$(builder "$1")
	shift
	"$berth" rm --force "$name" >/dev/null 2>&1 || true
	"$berth" create --name "$name" --bootstrap "$(builder_options)" "$@" >/dev/null 2>&1 ||
		die "cannot boot a builder"
}

remove_builders() {
	local file
	for file in "$work"/store/instances/*; do
		[[ ! -e $file ]] || "$berth" rm --force "${file##*/}" >/dev/null 2>&1 || true
	done
	docker image rm --force "$prefix" >/dev/null 2>&1 || true
	docker image prune --force >/dev/null 2>&1 || true
}

program() { if [[ $1 == ours ]]; then echo "$berth"; else echo "$peer"; fi; }

# rounds COUNT: the number of rounds of a row whose default is COUNT.
rounds() {
	if [[ $rounds_wanted ]]; then echo "$rounds_wanted"; elif [[ $quick ]]; then echo 2; else echo "$1"; fi
}

# scaled SIZE: of data, less in a quick run.
scaled() { if [[ $quick ]]; then echo $(($1 / 10)); else echo "$1"; fi; }

# compare ROW ROUNDS [before=FUNCTION] [with=timed|watched] ARGUMENT…: runs both with the same
# arguments, in turn; the first one alternates. FUNCTION WHO ROUND runs before each run, and is not
# timed. @WHO@ in an argument becomes `ours` or `theirs`. The words of the array `through` come before
# the program.
through=()
compare() {
	local row=$1 count i who order before=true with=timed
	count=$(rounds "$2")
	shift 2
	while [[ $1 == before=* || $1 == with=* ]]; do
		[[ $1 != before=* ]] || before=${1#*=}
		[[ $1 != with=* ]] || with=${1#*=}
		shift
	done
	: >"$data/$row.ours"
	: >"$data/$row.theirs"
	for ((i = 1; i <= count; i++)); do
		order='ours theirs'
		((i % 2)) || order='theirs ours'
		for who in $order; do
			"$before" "$who" "$i"
			samples=$data/$row.$who
			BUILDX_BUILDER=$(builder "$who") "$with" "${through[@]}" "$(program "$who")" "${@//@WHO@/$who}"
		done
	done
	if [[ $1 == __complete ]]; then # takes no other option
		: >"$data/$row.commands"
		return
	fi
	"$before" ours $((count + 1))
	BUILDX_BUILDER=$(builder ours) "${through[@]}" "$berth" --debug "${@//@WHO@/ours}" 2>&1 >/dev/null </dev/null |
		commands_of >"$data/$row.commands" || die "failed: berth --debug $*"
}

# From what --debug prints: a line for each docker command, `MILLISECONDS WORDS`. A command may have a
# script of many lines in it.
commands_of() {
	awk '
		/^\+ docker / {
			words = ""
			for (i = 3; i <= NF && i <= 5 && $i !~ /^[{\047"]/; i++)
				words = words " " ($i ~ /^(buildx_buildkit_|berthbench)/ ? "…" : $i)
		}
		/  # [0-9.]+s, [a-z0-9 ]+$/ && words != "" {
			match($0, /  # [0-9.]+s, [a-z0-9 ]+$/)
			printf "%.0f%s\n", substr($0, RSTART + 4) * 1000, words
			words = ""
		}'
}

# median FILE [COLUMN]; least; most
column() { cut -d' ' -f"${2:-1}" "$1" | sort -n; }
median() { column "$@" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
least() { column "$@" | head -n 1; }
most() { column "$@" | tail -n 1; }

# Files of random bytes: DIRECTORY COUNT BYTES, in directories of 500.
many_files() {
	local folder=$1 count=$2 bytes=$3 i=0
	while ((count > 0)); do
		mkdir -p "$folder/d$i"
		head -c $((bytes * (count < 500 ? count : 500))) /dev/urandom |
			(cd "$folder/d$i" && split -a 3 -d -b "$bytes" - f)
		count=$((count - 500))
		i=$((i + 1))
	done
}
