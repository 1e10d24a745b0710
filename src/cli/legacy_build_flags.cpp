// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/legacy_build_flags.hpp"

#include "berth/args/options.hpp"

namespace berth::cli {

void LegacyBuildFlags::add_to(args::Command &app) {
    for (const auto *name : {"--compress", "--rm", "--force-rm"})
        args::add_switch(app, name, values_->switched, "").hide();
    for (const std::string name : {"memory", "memory-swap", "cpu-shares", "cpu-period", "cpu-quota",
                                   "cpuset-cpus", "cpuset-mems"}) {
        auto names = (name == "memory" ? "-m,--" : name == "cpu-shares" ? "-c,--" : "--") + name;
        app.add_option(names, "",
                       [name, values = values_](const std::string &value) {
                           values->resources.push_back(name + "=" + value);
                       })
            .hide();
    }
    args::add_repeated(app, "--isolation", values_->isolation, "").hide();
    args::add_list(app, "--security-opt", values_->security_options, "").hide();
    args::add_switch(app, "--squash", values_->squash, "").hide();
}

std::vector<std::string> LegacyBuildFlags::warnings() const {
    std::vector<std::string> warnings;
    if (!values_->isolation.empty())
        warnings.emplace_back("isolation flag is deprecated with BuildKit.");
    if (!values_->security_options.empty())
        warnings.emplace_back("security-opt flag is deprecated. \"RUN --security=insecure\" should "
                              "be used with BuildKit.");
    if (values_->squash)
        warnings.emplace_back(
            "experimental flag squash is removed with BuildKit. You should squash "
            "inside build using a multi-stage Dockerfile for efficiency.");
    return warnings;
}

} // namespace berth::cli
