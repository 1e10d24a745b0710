// SPDX-License-Identifier: Apache-2.0
#include "berth/job/policy.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace berth::job {

namespace {

constexpr std::array<std::string_view, 5> keys = {"filename", "reset", "disabled", "strict",
                                                  "log-level"};

// One value of --policy; its last `disabled=`, and whether it asks for anything else.
struct PolicySetting {
    bool disabled = false, evaluated = false;
};

PolicySetting read_policy(const std::string &text) {
    PolicySetting setting;
    for (const auto &field : parse_csv(text)) {
        auto equals = field.find('=');
        auto key = lower(trim(field.substr(0, equals)));
        if (equals == std::string::npos || std::find(keys.begin(), keys.end(), key) == keys.end())
            throw usage_error(
                fmt::format("--policy {}: invalid value {}", printable(text), printable(field)),
                "berth supports only disabled=true");
        auto value = parse_bool(field.substr(equals + 1));
        if ((key == "disabled" || key == "reset" || key == "strict") && !value)
            throw usage_error(
                fmt::format("--policy {}: invalid value {}", printable(text), printable(field)),
                fmt::format("write {}=true or {}=false", key, key));
        if (key == "disabled")
            setting.disabled = *value;
        else
            setting.evaluated = true;
    }
    return setting;
}

} // namespace

bool policies_disabled(const std::vector<std::string> &values) {
    bool disabled = false;
    for (const auto &text : values) {
        auto setting = read_policy(text);
        if (setting.evaluated)
            throw usage_error(
                fmt::format("--policy {}: berth cannot evaluate policies yet", printable(text)),
                "build with docker buildx to enforce the policy, or pass --policy disabled=true to "
                "build without it");
        disabled |= setting.disabled;
    }
    return disabled;
}

void check_no_default_policy(const Environment &environment) {
    if (environment.flag("BUILDX_DEFAULT_POLICY"))
        throw Error("failed to build: BUILDX_DEFAULT_POLICY is set, and berth cannot evaluate "
                    "policies",
                    ExitCode::failure,
                    "unset it, or pass --policy disabled=true to build without it");
}

void check_no_policy(const std::filesystem::path &directory, const std::string &dockerfile) {
    auto path = directory / (dockerfile + ".rego");
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, error)))
        return;
    throw Error(fmt::format("failed to build: {} is a build policy, and berth cannot evaluate "
                            "policies yet",
                            printable(path.string())),
                ExitCode::failure,
                "build with docker buildx to enforce the policy, or pass --policy disabled=true to "
                "build without it");
}

} // namespace berth::job
