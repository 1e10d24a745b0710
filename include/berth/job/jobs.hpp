// SPDX-License-Identifier: Apache-2.0
// `--jobs` of `berth bake`: how many targets are built at a time, and what the failure of one means
// for the others.
#pragma once

#include <cstddef>
#include <string_view>

namespace berth::job {

enum class JobsMode {
    fail_fast,    // the first failure cancels all others
    defer_output, // nothing is exported before everything is built
    defer_error,  // the others are finished
};

struct Jobs {
    JobsMode mode = JobsMode::fail_fast;
    std::size_t parallel = 0; // targets worked on at a time; 0: all
};

// A value of --jobs as docker buildx 0.38 takes it: `N`, or `[mode=]MODE` and `parallel=N` as CSV;
// an empty one is the default. Throws a usage error that names the value.
Jobs read_jobs(std::string_view text);

} // namespace berth::job
