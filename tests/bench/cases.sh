# shellcheck shell=bash disable=SC2154
# What dev/bench times. $berth, $prefix and $work are its own.
config=()
[[ ! ${BERTH_TEST_BUILDKITD_CONFIG:-} ]] || config=(--buildkitd-config "$BERTH_TEST_BUILDKITD_CONFIG")
[[ ! ${BERTH_TEST_BUILDER_NETWORK:-} ]] || config+=(--driver-opt "network=$BERTH_TEST_BUILDER_NETWORK")
"$berth" create --name "${prefix}a" --use --bootstrap "${config[@]}" >/dev/null 2>&1
"$berth" create --name "${prefix}b" >/dev/null 2>&1
"$berth" create --name "${prefix}c" >/dev/null 2>&1

bench 'ls, three builders, one running' 4 ls
bench inspect 2 inspect "${prefix}a"
bench version 10 version

mkdir "$work/app"
printf 'FROM busybox\nRUN echo hello >/hello\n' >"$work/app/Dockerfile"
bench 'no-op build of a tiny context' 1.3 build "$work/app"
bench 'the same with --load' 1.6 build --load --tag "$prefix" "$work/app"
