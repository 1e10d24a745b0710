// SPDX-License-Identifier: Apache-2.0
#include "berth/job/environment_options.hpp"

#include "berth/job/flag_values.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::job {

void add_environment(BuildOptions &options, const Environment &environment) {
    auto arguments = read_build_args(options.build_args, environment);
    if (auto epoch = environment.get("SOURCE_DATE_EPOCH");
        !epoch.empty() && arguments.count("SOURCE_DATE_EPOCH") == 0)
        options.build_args.push_back("SOURCE_DATE_EPOCH=" + epoch);
    if (auto platform = environment.get("DOCKER_DEFAULT_PLATFORM");
        !platform.empty() && options.platforms.empty())
        options.platforms.push_back(platform);
    if (auto cache = arguments.find("BUILDKIT_INLINE_CACHE");
        cache != arguments.end() && parse_bool(cache->second) == true)
        options.cache_to.emplace_back("type=inline");
    for (const auto *name : {"BUILDX_NO_DEFAULT_ATTESTATIONS", "BUILDX_NO_DEFAULT_OCI_ARTIFACT"})
        if (auto text = environment.find(name); text && !parse_bool(*text))
            throw usage_error(fmt::format("invalid {}: \"{}\"", name, printable(*text)),
                              "set it to true or false, or unset it");
    options.source_policy = environment.get("EXPERIMENTAL_BUILDKIT_SOURCE_POLICY");
}

} // namespace berth::job
