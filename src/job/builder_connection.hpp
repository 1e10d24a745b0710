// SPDX-License-Identifier: Apache-2.0
// A connection to the builder's BuildKit that boots the builder if it has to.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/progress/display.hpp"

#include <functional>

namespace berth::job {

// Runs `work` with a connection: one docker command. A builder that does not run is booted, and one
// whose connection broke before `begun` is dialled again, once. Throws what `work` throws, and an
// Error when the connection ends.
void on_builder(const BuildSetting &setting, progress::Display &display,
                const std::function<bool()> &begun,
                const std::function<void(buildkit::Connection &)> &work);

} // namespace berth::job
