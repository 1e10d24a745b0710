# shellcheck shell=bash disable=SC2154,SC2016
# SPDX-License-Identifier: Apache-2.0
# The report of dev/bench: a table on the terminal, docs/performance.md and .svg.

rows_made() {
	local row
	while IFS=$'\t' read -r row _; do
		[[ ! -s $data/$row.ours ]] || echo "$row"
	done < <(print_rows)
}
# The row big-memory measures memory, all others time.
column_of() { if [[ $1 == *-memory ]]; then echo 2; else echo 1; fi; }
unit_of() { if [[ $1 == *-memory ]]; then echo MB; else echo ms; fi; }
# value RAW UNIT
value() { awk -v v="$1" -v u="$2" 'BEGIN { v /= u == "MB" ? 1e6 : 1e3; printf v < 100 ? "%.1f" : "%.0f", v }'; }
# ratio_made ROW
ratio_made() {
	awk -v o="$(median "$data/$1.ours" "$(column_of "$1")")" -v t="$(median "$data/$1.theirs" "$(column_of "$1")")" \
		'BEGIN { printf "%.2f", t / o }'
}
reached() { awk -v r="$1" -v w="$2" 'BEGIN { exit !(r >= w) }'; }

print_table() {
	local row c u
	printf '%-12s %12s %12s %8s %8s\n' row berth buildx ratio wanted
	for row in $(rows_made); do
		c=$(column_of "$row") u=$(unit_of "$row")
		printf '%-12s %9s %s %9s %s %8s %8s\n' "$row" "$(value "$(median "$data/$row.ours" "$c")" "$u")" "$u" \
			"$(value "$(median "$data/$row.theirs" "$c")" "$u")" "$u" "$(ratio_made "$row")" "$(ratio_of "$row")"
	done
}

machine() {
	local data_mount
	data_mount=$(findmnt --noheadings --output FSTYPE --target "$BERTH_DEV_ENGINE_DIR/data" 2>/dev/null || echo unknown)
	cat <<-END
		| | |
		| --- | --- |
		| machine | $(nproc) × $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg) at the end |
		| system | $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r) |
		| engine | docker $(docker version --format '{{.Server.Version}}'), $(docker info --format '{{.Driver}}'), its data on $data_mount |
		| builder | $builder_version |
		| docker CLI | $(docker version --format '{{.Client.Version}}') |
		| docker buildx | $("$peer" version | cut -d' ' -f2) |
		| berth | $("$berth" version | cut -d' ' -f2,3), release build |
	END
}

result_rows() {
	local row c u ours theirs ratio wanted
	for row in $(rows_made); do
		c=$(column_of "$row") u=$(unit_of "$row")
		ratio=$(ratio_made "$row") wanted=$(ratio_of "$row")
		ours="$(value "$(median "$data/$row.ours" "$c")" "$u") $u ($(value "$(least "$data/$row.ours" "$c")" "$u")–$(value "$(most "$data/$row.ours" "$c")" "$u"))"
		theirs="$(value "$(median "$data/$row.theirs" "$c")" "$u") $u ($(value "$(least "$data/$row.theirs" "$c")" "$u")–$(value "$(most "$data/$row.theirs" "$c")" "$u"))"
		echo "| $(title_of "$row") | $(wc -l <"$data/$row.ours") | $ours | $theirs | **$ratio** | $wanted | $(reached "$ratio" "$wanted" && echo yes || echo '**no**') |"
	done
}

# Processes that the row of memory excludes.
memory_note() {
	[[ -s $data/big-memory.ours ]] || return 0
	printf '\nMemory includes the client and the programs it starts. `buildctl dial-stdio` also runs in the builder and passes bytes\nthrough: it uses up to %s MB for berth, %s MB for docker buildx.\n' \
		"$(value "$(median "$data/big-memory.ours" 3)" MB)" "$(value "$(median "$data/big-memory.theirs" 3)" MB)"
	printf '`docker exec`, the only program that berth starts, uses %s MB by itself while it passes 200 MB on.\n' \
		"$(value "$(median "$data/docker-memory" 2)" MB)"
}

# What two nodes cost over one.
nodes_note() {
	[[ -s $data/two-nodes.half ]] || return 0
	printf '\nOf the build over two nodes, the slower half alone takes %s ms.\n' "$(value "$(median "$data/two-nodes.half")" ms)"
}

# For each row: the docker commands of one run with their milliseconds, and the rest for berth
# itself.
breakdown_rows() {
	local row
	for row in $(rows_made); do
		[[ $row != *-memory && -e $data/$row.commands ]] || continue
		awk -v title="$(title_of "$row")" -v all="$(median "$data/$row.ours")" '
			{ ms = $1; sum += ms; $1 = ""; list = list (NR > 1 ? ", " : "") "`docker" $0 "` " ms }
			END {
				rest = all / 1000 - sum
				printf "| %s | %.0f | %d | %s | %s |\n", title, all / 1000, NR, list == "" ? "–" : list,
					rest < 0 ? "–" : sprintf("%.0f", rest)
			}' "$data/$row.commands"
	done
}

# floor NAME COMMAND…: the median of some runs, as a row of a table.
floor() {
	local name=$1 i
	shift
	samples=$work/floor
	: >"$samples"
	for ((i = 0; i < 11; i++)); do timed "$@"; done
	echo "| $name | $(value "$(median "$samples")" ms) |"
}
floors() {
	local container
	fresh_builder ours
	container=buildx_buildkit_$(builder ours)0
	mkdir -p "$work/context"
	printf 'FROM scratch\nLABEL a=b\n' >"$work/context/Dockerfile"
	docker cp "$work/context" "$container:/floor" >/dev/null
	builder_version=$(docker exec "$container" buildkitd --version | cut -d' ' -f2,3)
	{
		floor 'a program that does nothing (`/bin/true`)' /bin/true
		floor '`docker --version`, the start of the CLI' docker --version
		floor '`docker container inspect`' docker container inspect "$container"
		floor '`docker exec … true`' docker exec "$container" true
		floor '`docker exec … buildctl --version`' docker exec "$container" buildctl --version
		floor '`docker exec … buildctl build` of a Dockerfile with one LABEL' docker exec "$container" \
			buildctl build --frontend dockerfile.v0 --local context=/floor --local dockerfile=/floor
	} >"$data/floors"
	samples=$data/docker-memory
	: >"$samples"
	# shellcheck disable=SC2016  # expanded by that shell, which docker replaces
	watched bash -c 'exec docker exec --interactive "$0" sh -c "head -c 200000000 >/dev/null" </dev/zero' "$container"
}

growth_table() {
	local row=$1 unit=$2
	echo "| $unit | time | peak memory of the process tree | memory per unit |"
	echo "| --- | --- | --- | --- |"
	awk '{ printf "| %s | %.3f s | %.1f MB | %.1f bytes |\n", $1, $2 / 1e6, $3 / 1e6, $3 / $1 }' "$data/$row.growth"
}

growth_sections() {
	local row title unit
	while IFS=$'\t' read -r row title unit; do
		[[ -s $data/$row.growth ]] || continue
		[[ ! -e $data/$row.on-disk ]] || title+=", the engine's data on disk"
		printf '\n### %s\n\n' "$title"
		growth_table "$row" "$unit"
	done <<-'END'
		growth-builders	`ls`, builders in the store	builders
		growth-files-first	A context of empty files, first build	files
		growth-files-changed	The same, one file added	files
		growth-files	The same, nothing changed	files
		growth-layer	`--load` of an image with one new layer	bytes
		growth-log	A log, `--progress plain`	bytes
	END
}

# Time and memory over size, both axes logarithmic: one panel a row of growth.
plots() {
	local file files=()
	for file in "$data"/*.growth; do [[ ! -s $file ]] || files+=("$file"); done
	awk '
		function px(v, lo, hi, from, to) { return hi > lo ? from + (log(v) - log(lo)) / (log(hi) - log(lo)) * (to - from) : from }
		FNR == 1 { panels++; name[panels] = FILENAME; sub(/.*\//, "", name[panels]); sub(/\.growth$/, "", name[panels]) }
		{ n[panels]++; x[panels, n[panels]] = $1; t[panels, n[panels]] = $2 / 1e6; m[panels, n[panels]] = $3 / 1e6 }
		function panel(p, top, what, unit, colour, left,   i, lo, hi, line) {
			lo = hi = ""
			for (i = 1; i <= n[p]; i++) {
				v[i] = what == "t" ? t[p, i] : m[p, i]
				if (v[i] <= 0) v[i] = 0.001
				if (lo == "" || v[i] < lo) lo = v[i]
				if (hi == "" || v[i] > hi) hi = v[i]
			}
			lo /= 2; hi *= 2
			printf "<rect x=\"%d\" y=\"%d\" width=\"260\" height=\"120\" fill=\"none\" stroke=\"#999\"/>\n", left, top
			printf "<text x=\"%d\" y=\"%d\">%s: %s</text>\n", left, top - 6, name[p], unit
			for (i = 1; i <= n[p]; i++) {
				X = px(x[p, i], x[p, 1], x[p, n[p]], left + 30, left + 220)
				Y = px(v[i], lo, hi, top + 110, top + 20)
				line = line sprintf("%.1f,%.1f ", X, Y)
				printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/><text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.3g</text>", X, Y, colour, X, Y - 6, v[i]
				printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.3g</text>\n", X, top + 133, x[p, i]
			}
			printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>\n", line, colour
		}
		END {
			printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"620\" height=\"%d\" font-family=\"sans-serif\" font-size=\"10\">\n", panels * 170 + 10
			print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
			for (p = 1; p <= panels; p++) {
				panel(p, (p - 1) * 170 + 25, "t", "seconds", "#06c", 20)
				panel(p, (p - 1) * 170 + 25, "m", "MB", "#c60", 320)
			}
			print "</svg>"
		}' "${files[@]}"
}

write_report() {
	floors
	{
		cat <<-END
			# Performance

			Generated by \`dev/bench\`. Both programs do the same work on one engine and take turns in every round. The ratio is the
			median of docker buildx divided by the median of berth.

		END
		machine
		cat <<-'END'

			## Side by side

			Median (minimum–maximum).

			| what | rounds | berth | docker buildx | ratio | target | met |
			| --- | --- | --- | --- | --- | --- | --- |
		END
		result_rows
		memory_note
		nodes_note
		cat <<-'END'

			## Where the milliseconds go

			The docker commands of one run of berth, in milliseconds. Parallel commands are each counted in full. The last column is
			the rest of the median, the time of berth itself.

			| what | median | docker commands | command and time | berth itself |
			| --- | --- | --- | --- | --- |
		END
		breakdown_rows
		cat <<-'END'

			The minimum time of these commands on this machine:

			| command | ms |
			| --- | --- |
		END
		cat "$data/floors"
		cat <<-'END'

			## Growth

			Three or more sizes each. Memory includes berth and its docker commands.

			![time and memory over size](performance.svg)
		END
		growth_sections
	} >docs/performance.md
	plots >docs/performance.svg
	say "wrote docs/performance.md and docs/performance.svg"
}
