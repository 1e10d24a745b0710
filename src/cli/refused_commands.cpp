// SPDX-License-Identifier: Apache-2.0
#include "refused_commands.hpp"

#include "berth/args/line.hpp"
#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace berth::cli {

namespace {

struct Refused {
    std::string_view name, why, instead;
};

// docker buildx keeps builders in the same store, so its own program works with them.
constexpr std::string_view debug_instead =
    "build up to the step with --target STAGE --load and run a shell in that image, or run docker "
    "buildx's own program with the same builder";
constexpr Refused refused[] = {
    {"dap", "berth has no debugger", debug_instead},
    {"debug", "berth has no debugger", debug_instead},
    {"policy", "berth has no Rego interpreter",
     "evaluate and test policies with `opa eval` and `opa test`, or run docker buildx's own "
     "program"},
    {"replay", "berth cannot repeat a build from its provenance",
     "pin sources with EXPERIMENTAL_BUILDKIT_SOURCE_POLICY and SOURCE_DATE_EPOCH, or run docker "
     "buildx's own program with the same builder"},
};

} // namespace

void refuse_missing_command(const args::Command &root, const std::vector<std::string> &arguments) {
    auto line = args::read_line(root, arguments, args::Options::before_arguments);
    if (line.arguments.empty())
        return;
    const auto *found =
        std::find_if(std::begin(refused), std::end(refused),
                     [&](const Refused &one) { return one.name == line.arguments.front(); });
    if (found != std::end(refused))
        throw usage_error(fmt::format("\"{}\" is not supported: {}", found->name, found->why),
                          std::string(found->instead));
}

} // namespace berth::cli
