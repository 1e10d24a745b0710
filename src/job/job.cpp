// SPDX-License-Identifier: Apache-2.0
#include "berth/job/job.hpp"

#include "berth/job/targets.hpp"

namespace berth::job {

bool run_build(const BuildSetting &setting, const BuildOptions &options,
               progress::Display &display) {
    auto outcomes = build_targets(setting, {{.name = "default", .options = options}}, {}, display);
    if (setting.docker.runner().dry())
        return true;
    check_outcomes(outcomes);
    return options.call.empty() || report_call(setting.out, options, outcomes.front().call);
}

} // namespace berth::job
