#include "berth/cli/legacy_build_flags.hpp"

#include "berth/cli/options.hpp"

namespace berth::cli {

void LegacyBuildFlags::add_to(CLI::App &app) {
    for (const auto *name : {"--compress", "--rm", "--force-rm"})
        add_switch(app, name, values_->switched, "")->group("");
    for (const auto *name : {"-m,--memory", "--memory-swap", "--cpuset-cpus", "--cpuset-mems"})
        add_repeated(app, name, values_->ignored, "")->group("");
    for (const auto *name : {"-c,--cpu-shares", "--cpu-period", "--cpu-quota"})
        app.add_option(name, values_->number, "")
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
            ->group("");
    add_repeated(app, "--isolation", values_->isolation, "")->group("");
    add_repeated(app, "--security-opt", values_->security_options, "")->group("");
    add_switch(app, "--squash", values_->squash, "")->group("");
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
