// SPDX-License-Identifier: Apache-2.0
// A builder with the state of its nodes as JSON, with docker buildx's names, for `ls` and
// `inspect`.
#pragma once

#include "berth/cli/choose_builder.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <vector>

namespace berth::cli {

struct ListedBuilder {
    const store::BuilderRecord *record;
    bool from_context = false, current = false;
    std::vector<NodeState> states = {}; // one per node
    std::optional<Time> last_activity = std::nullopt;
    std::string builds_in = {}; // of a docker context: the builder that builds for it
};

enum class Empty {
    left_out, // as docker buildx writes it
    kept,     // for templates: includes optional fields
};
// Includes only configurations of the nodes' files, not certificates and keys.
nlohmann::json builder_json(const ListedBuilder &builder, Empty empty);
// One line.
std::string json_line(const nlohmann::json &value);

} // namespace berth::cli
