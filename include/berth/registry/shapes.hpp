// SPDX-License-Identifier: Apache-2.0
// Documents of images as Go's programs see them: with the fields of Go's types, in that order,
// under Go's names in templates and the JSON names in JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace berth::registry {

struct Shaped {
    nlohmann::ordered_json json; // the output of json.Marshal
    nlohmann::json fields;       // for gotemplate::Template, with gotemplate::struct_mark
};

// `document` came from outside: throws Error that names `what` if a field has the wrong type.
Shaped shape_descriptor(const nlohmann::json &document, const std::string &what);
Shaped shape_image(const nlohmann::json &document, const std::string &what);
// An index, unchanged.
nlohmann::ordered_json index_json(const nlohmann::json &document, const std::string &what);
// For `imagetools inspect`: with its own digest and size.
Shaped shape_index(const nlohmann::json &document, const std::string &digest, std::int64_t size,
                   const std::string &what);

// A value without a type (Go's `any`), whose numbers are floating point.
nlohmann::json shape_any(const nlohmann::json &value);

// Builds a struct from members: the name in Go, the key in JSON (empty: not in JSON), and the
// value.
class StructBuilder {
  public:
    // With `omit`, the JSON lacks it.
    void add(const std::string &name, const std::string &key, nlohmann::json fields,
             nlohmann::ordered_json json, bool omit = false);
    Shaped take();

  private:
    Shaped shaped_{nlohmann::ordered_json::object(), nlohmann::json::object()};
    nlohmann::json names_ = nlohmann::json::array();
};

// The output of json.Marshal for a value of templates.
nlohmann::ordered_json marshal(const nlohmann::json &fields);

} // namespace berth::registry
