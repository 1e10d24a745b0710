# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# Growth of time and memory with size: $data/ROW.growth has a line for each size, `SIZE MICROSECONDS BYTES OF
# MEMORY`, medians.

# grow ROW SIZE ROUNDS COMMAND…: `before` is a function run before each round.
grow() {
	local row=$1 size=$2 count i
	count=$(rounds "$3")
	shift 3
	samples=$data/$row.samples
	: >"$samples"
	for ((i = 1; i <= count; i++)); do
		"${before:-true}" "$i"
		watched "$@"
	done
	echo "$size $(median "$samples") $(median "$samples" 2)" >>"$data/$row.growth"
	rm "$samples"
}

row_growth_builders() {
	local size made=0
	: >"$data/growth-builders.growth"
	for size in 10 100 "$(scaled 1000)"; do
		while ((made < size)); do
			made=$((made + 1))
			"$berth" create --name "$prefix-$made" >/dev/null 2>&1
		done
		grow growth-builders "$size" 5 "$berth" ls
	done
	rm -f "$work"/store/instances/* # nothing of them ever ran
}

# berth's own work with many files: the Dockerfile uses none, so that BuildKit reads none.
row_growth_files() {
	local size made=0
	fresh_builder ours
	mkdir -p "$work/context"
	printf 'FROM scratch\nLABEL a=b\n' >"$work/context/Dockerfile"
	: >"$data/growth-files.growth"
	: >"$data/growth-files-first.growth"
	: >"$data/growth-files-changed.growth"
	for size in 10000 100000 "$(scaled 1000000)"; do
		empty_files "$made" "$size"
		made=$size
		# Without cached state of smaller sizes, it walks the directory.
		grow growth-files-first "$size" 1 env XDG_CACHE_HOME="$work/cache-$size" BUILDX_BUILDER="$(builder ours)" \
			"$berth" build "$work/context"
		touch "$work/context/folder0/another-$size"
		grow growth-files-changed "$size" 1 \
			env BUILDX_BUILDER="$(builder ours)" "$berth" build "$work/context"
		grow growth-files "$size" 3 env BUILDX_BUILDER="$(builder ours)" "$berth" build "$work/context"
	done
}
# empty_files FROM TO: in directories of a thousand.
empty_files() {
	local i
	for ((i = $1 / 1000; i < $2 / 1000; i++)); do
		mkdir -p "$work/context/folder$i"
		(cd "$work/context/folder$i" && seq -f 'a-file-with-a-name-of-usual-length-%g.txt' 1000 | xargs touch)
	done
}

row_growth_layer() {
	local size sizes='100 400 1600' count=3 make
	[[ ! $disk ]] || sizes+=' 20000'
	fresh_builder ours
	mkdir -p "$work/context"
	: >"$data/growth-layer.growth"
	before=engine_without_it
	for size in $sizes; do
		size=$(scaled "$size")
		make="head -c ${size}000000 /dev/urandom >/big"
		# A sparse file, since the layer is on disk three times: in the builder, while docker reads it,
		# and in the engine.
		((size < 2000)) || make="truncate -s ${size}000000 /big" count=1
		printf 'FROM busybox\nRUN %s\n' "$make" >"$work/context/Dockerfile"
		BUILDX_BUILDER=$(builder ours) "$berth" build "$work/context" >/dev/null 2>&1
		grow growth-layer "$((size * 1000000))" "$count" env BUILDX_BUILDER="$(builder ours)" \
			"$berth" build --load --tag "$prefix:grows" "$work/context"
		engine_without_it
		BUILDX_BUILDER=$(builder ours) "$berth" prune --all --force >/dev/null 2>&1
	done
	before=''
	[[ ! $disk ]] || : >"$data/growth-layer.on-disk"
}
engine_without_it() {
	docker image rm --force "$prefix:grows" >/dev/null 2>&1 || true
	docker image prune --force >/dev/null
}

row_growth_log() {
	local size
	fresh_builder ours --env BUILDKIT_STEP_LOG_MAX_SIZE=-1 --env BUILDKIT_STEP_LOG_MAX_SPEED=-1
	mkdir -p "$work/context"
	: >"$data/growth-log.growth"
	for size in 10 100 "$(scaled 1000)"; do
		printf 'FROM busybox\nRUN yes "a line of a log that a program wrote, %s" | head -c %s000000\n' "$size" "$size" \
			>"$work/context/Dockerfile"
		grow growth-log "$((size * 1000000))" 1 env BUILDX_BUILDER="$(builder ours)" \
			"$berth" build --no-cache --progress plain "$work/context"
	done
}
