// SPDX-License-Identifier: Apache-2.0
// Reads the attributes of a frontend one by one, and keeps those not read yet.
#pragma once

#include "berth/history/build_name.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace berth::history {

class AttributeReader {
  public:
    explicit AttributeReader(Attributes attributes) : attributes_(std::move(attributes)) {}

    bool has(const std::string &name) const { return attributes_.contains(name); }
    std::string value(const std::string &name) const; // empty: missing
    std::optional<std::string> take(const std::string &name);
    // Values of names with this prefix, as [{"Name","Value"}], sorted by name. Does not consume
    // them.
    nlohmann::ordered_json with_prefix(const std::string &prefix) const;
    // The remaining attributes that docker buildx does not show elsewhere, in the same form.
    nlohmann::ordered_json rest() const;

  private:
    Attributes attributes_;
};

// `Config`: network, hosts, limits and so on. `errors` receives a line for each invalid value.
nlohmann::ordered_json take_config(AttributeReader &attributes, nlohmann::ordered_json &errors);

// A bool. Invalid text adds a line to `errors`.
bool take_bool(AttributeReader &attributes, const std::string &name, bool otherwise,
               nlohmann::ordered_json &errors);

} // namespace berth::history
