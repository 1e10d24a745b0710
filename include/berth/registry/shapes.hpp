// SPDX-License-Identifier: Apache-2.0
// Documents of images as Go's programs see them: with the fields that their types have, in that
// order, under Go's names in templates and under their own in JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace berth::registry {

struct Shaped {
    nlohmann::ordered_json json; // what json.Marshal makes of it
    nlohmann::json fields;       // for gotemplate::Template, with gotemplate::struct_mark
};

// `document` came from outside: throws Error that names `what` when a field is of the wrong type.
Shaped shape_descriptor(const nlohmann::json &document, const std::string &what);
Shaped shape_image(const nlohmann::json &document, const std::string &what);
// An index as it is.
nlohmann::ordered_json index_json(const nlohmann::json &document, const std::string &what);
// As `imagetools inspect` shows it: with its own digest and size.
Shaped shape_index(const nlohmann::json &document, const std::string &digest, std::int64_t size,
                   const std::string &what);

// A value of no type (Go's `any`): numbers are floating point there, and written so.
nlohmann::json shape_any(const nlohmann::json &value);

// A struct put together by hand. A member: Go's name, JSON's (empty: not in it), value.
class StructBuilder {
  public:
    // Left out of the JSON when `omit`.
    void add(const std::string &name, const std::string &key, nlohmann::json fields,
             nlohmann::ordered_json json, bool omit = false);
    Shaped take();

  private:
    Shaped shaped_{nlohmann::ordered_json::object(), nlohmann::json::object()};
    nlohmann::json names_ = nlohmann::json::array();
};

// What json.Marshal makes of a value of templates.
nlohmann::ordered_json marshal(const nlohmann::json &fields);

} // namespace berth::registry
