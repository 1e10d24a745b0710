// SPDX-License-Identifier: Apache-2.0
#include "linked_inputs.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::job {

namespace {

using buildkit::frontend::Result;

// Adds the configuration of the image, which stages based on it inherit.
void add_input(solve::Request &request, const std::string &attribute, const std::string &key,
               const buildkit::frontend::Ref &ref, const Result &result,
               const std::string &platform) {
    request.attributes[attribute] = "input:" + key;
    request.inputs[key] = ref.def();
    auto suffix = platform.empty() ? "" : "/" + platform;
    auto metadata = nlohmann::json::object();
    for (const auto *name : {"containerimage.config", "containerimage.buildinfo"})
        if (auto found = result.metadata().find(name + suffix); found != result.metadata().end())
            metadata[name] = base64_encode(found->second);
    if (!metadata.empty())
        request.attributes["input-metadata:" + key] = metadata.dump();
}

} // namespace

void add_link(solve::Request &request, const TargetLink &link, const Result &result,
              std::size_t node) {
    auto attribute = "context:" + lower(link.context);
    auto key = std::to_string(node) + "-" + link.target; // as docker buildx
    auto &capabilities = request.attributes["frontend.caps"];
    constexpr const char *contexts = "moby.buildkit.frontend.contexts+forward";
    if (capabilities.find(contexts) == std::string::npos)
        capabilities += (capabilities.empty() ? "" : ",") + std::string(contexts);
    if (result.has_ref())
        add_input(request, attribute, key, result.ref(), result, "");
    else if (!result.has_refs())
        throw Error(fmt::format("BuildKit gives no result of target {} for context {}",
                                printable(link.target), printable(link.context)),
                    ExitCode::failure, "use a newer BuildKit");
    for (const auto &[platform, ref] : result.refs().refs())
        add_input(request, attribute + "::" + platform, key + "::" + platform, ref, result,
                  platform);
}

std::vector<std::string> references_of(const Result &result) {
    std::vector<std::string> ids;
    if (result.has_ref())
        ids.push_back(result.ref().id());
    for (const auto &[platform, ref] : result.refs().refs())
        ids.push_back(ref.id());
    std::erase(ids, ""); // of an empty result: only FROM scratch
    return ids;
}

} // namespace berth::job
