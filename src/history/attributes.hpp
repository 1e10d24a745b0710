// SPDX-License-Identifier: Apache-2.0
// A frontend's attributes, taken one after the other: what is left says nothing else.
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
    std::string value(const std::string &name) const; // empty: not there
    std::optional<std::string> take(const std::string &name);
    // Values of names that begin so, as [{"Name","Value"}], by name. They stay.
    nlohmann::ordered_json with_prefix(const std::string &prefix) const;
    // All others than those that docker buildx shows elsewhere, as above.
    nlohmann::ordered_json rest() const;

  private:
    Attributes attributes_;
};

// `Config`: network, hosts, limits and so on. `errors` gets a line for each value that is wrong.
nlohmann::ordered_json take_config(AttributeReader &attributes, nlohmann::ordered_json &errors);

// A switch; wrong text is a line in `errors`.
bool take_bool(AttributeReader &attributes, const std::string &name, bool otherwise,
               nlohmann::ordered_json &errors);

} // namespace berth::history
