# shellcheck shell=bash disable=SC2154,SC2016,SC2034
# SPDX-License-Identifier: Apache-2.0
# Rows of images in a registry, and of a builder of two nodes. Both programs speak to the registry themselves, and do so
# from its network.

ten_platforms='linux/amd64,linux/arm64,linux/arm/v7,linux/arm/v6,linux/386,linux/ppc64le,linux/s390x,linux/riscv64,linux/loong64,linux/mips64le'
in_registry_network() {
	through=(nsenter --net="$BERTH_ENGINE_NETNS")
	"$@"
	through=()
}
index_of_ten() {
	both_builders
	mkdir -p "$work/context"
	printf 'FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /$TARGETARCH/\n' >"$work/context/Dockerfile"
	BUILDX_BUILDER=$(builder ours) "$berth" build --push --platform "$ten_platforms" --tag "$BERTH_TEST_REGISTRY/$prefix:index" \
		"$work/context" >/dev/null 2>&1
}
row_index_inspect() {
	index_of_ten
	in_registry_network compare index-inspect 15 imagetools inspect "$BERTH_TEST_REGISTRY/$prefix:index"
}
row_index_create() {
	index_of_ten
	in_registry_network compare index-create 15 imagetools create --platform linux/arm64 \
		--tag "$BERTH_TEST_REGISTRY/$prefix:@WHO@" "$BERTH_TEST_REGISTRY/$prefix:index"
}

# Two nodes on one engine, which has two names. Steps take half a second for one platform, a second for the other;
# `two-nodes.half` has the times of the slower half alone.
row_two_nodes() {
	local who half
	ln -sf "${DOCKER_HOST#unix://}" "$work/second.sock"
	for who in ours theirs; do
		fresh_builder "$who" --platform linux/amd64
		"$berth" create --append --name "$(builder "$who")" --platform linux/arm64 --bootstrap "$(builder_options)" \
			"unix://$work/second.sock" >/dev/null 2>&1
	done
	mkdir -p "$work/context"
	cat >"$work/context/Dockerfile" <<-'END'
		FROM --platform=$BUILDPLATFORM busybox AS build
		ARG TARGETARCH
		ARG round
		RUN if [ $TARGETARCH = arm64 ]; then sleep 1; else sleep 0.5; fi; echo $round $TARGETARCH >/built
		FROM scratch
		COPY --from=build /built /
	END
	: >"$data/two-nodes.half"
	half=$data/two-nodes.half
	in_registry_network compare two-nodes 9 before=slower_half build --no-cache --push --platform linux/amd64,linux/arm64 \
		--tag "$BERTH_TEST_REGISTRY/$prefix:@WHO@" "$work/context"
}
slower_half() {
	[[ $1 == ours ]] || return 0
	samples=$half
	BUILDX_BUILDER=$(builder ours) timed "${through[@]}" "$berth" build --no-cache --push --platform linux/arm64 \
		--tag "$BERTH_TEST_REGISTRY/$prefix:half" "$work/context"
}
