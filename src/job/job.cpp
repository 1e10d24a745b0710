// SPDX-License-Identifier: Apache-2.0
#include "berth/job/job.hpp"

namespace berth::job {

bool run_build(const std::vector<BuildSetting> &nodes, const BuildOptions &options,
               const std::vector<TargetPart> &parts, progress::Display &display) {
    auto outcomes = build_targets(nodes, {{.name = "default", .options = options, .parts = parts}},
                                  {}, display);
    const auto &setting = nodes.front();
    if (setting.docker.runner().dry())
        return true;
    check_outcomes(outcomes);
    return options.call.empty() ||
           report_call(setting.out, options, outcomes.front().call, setting.given_up());
}

} // namespace berth::job
