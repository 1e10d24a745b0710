// SPDX-License-Identifier: Apache-2.0
// `--jobs` of `berth bake`: the number of concurrent targets, and the effect of a failure on the
// others.
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

// A value of --jobs in the forms of docker buildx 0.38: `N`, or `[mode=]MODE` and `parallel=N` as
// CSV; an empty one is the default. Throws a usage error that names the value.
Jobs read_jobs(std::string_view text);

} // namespace berth::job
