// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/shapes.hpp"

#include "berth/gotemplate/template.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "shape_types.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace berth::registry {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

class Shaper {
  public:
    explicit Shaper(const std::string &what) : what_(what) {}

    Shaped of_struct(const json &value, const StructType &type) {
        if (!value.is_object() && !value.is_null())
            fail("the document");
        StructBuilder builder;
        for (const auto &field : type.fields) {
            const auto *member = &nothing_;
            if (value.is_object())
                if (auto found = value.find(field.key); found != value.end())
                    member = &*found;
            if (field.kind == Kind::embedded) { // its fields belong to this struct
                for (const auto &inner : field.type->fields)
                    add(builder, value, inner);
                continue;
            }
            add(builder, *member, field, true);
        }
        return builder.take();
    }

  private:
    void add(StructBuilder &builder, const json &parent, const Field &field) {
        const auto *member = &nothing_;
        if (parent.is_object())
            if (auto found = parent.find(field.key); found != parent.end())
                member = &*found;
        add(builder, *member, field, true);
    }
    void add(StructBuilder &builder, const json &value, const Field &field, bool) {
        auto shaped = convert(value, field);
        bool omit = field.omit_empty && is_empty(shaped.fields, field.kind);
        builder.add(field.name, field.key, std::move(shaped.fields), std::move(shaped.json), omit);
    }

    static bool is_empty(const json &value, Kind kind) {
        switch (kind) {
        case Kind::text:
        case Kind::bytes:
            return value.get_ref<const std::string &>().empty();
        case Kind::boolean:
            return !value.get<bool>();
        case Kind::number:
            return value == 0;
        case Kind::structure: // never empty, unless it is behind a pointer
        case Kind::embedded:
            return false;
        default:
            return value.is_null() || value.empty();
        }
    }

    Shaped convert(const json &value, const Field &field) {
        bool null = value.is_null();
        switch (field.kind) {
        case Kind::text:
        case Kind::bytes:
            return plain(null ? json("") : value, value.is_string() || null, field);
        case Kind::time:
            if (null)
                return {nullptr, nullptr};
            require(value.is_string(), field);
            return plain(normal_time(value.get<std::string>()), true, field);
        case Kind::boolean:
            return plain(null ? json(false) : value, value.is_boolean() || null, field);
        case Kind::number:
            return plain(null ? json(0) : value, value.is_number_integer() || null, field);
        case Kind::texts:
            require(null || value.is_array(), field);
            for (const auto &entry : null ? json::array() : value)
                require(entry.is_string(), field);
            return plain(value, true, field);
        case Kind::text_map:
        case Kind::set:
            return map(value, field);
        case Kind::pointer:
            return null ? Shaped{nullptr, nullptr} : of_struct(value, *field.type);
        case Kind::structure:
        case Kind::embedded:
            return of_struct(value, *field.type);
        case Kind::structures:
            return list(value, field);
        }
        return {};
    }

    Shaped plain(const json &value, bool holds, const Field &field) {
        require(holds, field);
        return {ordered_json(value), value};
    }

    Shaped map(const json &value, const Field &field) {
        require(value.is_null() || value.is_object(), field);
        auto entries = value;
        for (auto &entry : entries)
            if (field.kind == Kind::set)
                entry = json::object();
            else
                require(entry.is_string(), field);
        return {ordered_json(entries), entries};
    }

    Shaped list(const json &value, const Field &field) {
        if (value.is_null())
            return {nullptr, nullptr};
        require(value.is_array(), field);
        Shaped shaped{ordered_json::array(), json::array()};
        for (const auto &entry : value) {
            auto one = of_struct(entry, *field.type);
            shaped.json.push_back(std::move(one.json));
            shaped.fields.push_back(std::move(one.fields));
        }
        return shaped;
    }

    // Go parses and rewrites times, which removes trailing zeros of the fraction.
    static std::string normal_time(std::string text) {
        auto dot = text.find('.');
        if (dot != std::string::npos) {
            auto end = std::min(text.find_first_not_of("0123456789", dot + 1), text.size());
            auto last = text.find_last_not_of('0', end - 1);
            text.erase(last == dot ? dot : last + 1, end - (last == dot ? dot : last + 1));
        }
        for (const auto *zero : {"+00:00", "-00:00"})
            if (text.ends_with(zero))
                text.replace(text.size() - 6, 6, "Z");
        return text;
    }

    void require(bool holds, const Field &field) const {
        if (!holds)
            fail(fmt::format("\"{}\"", field.key));
    }
    [[noreturn]] void fail(const std::string &part) const {
        throw Error(fmt::format("{}: {} is of the wrong type", what_, part));
    }

    const std::string &what_;
    const json nothing_ = nullptr;
};

Shaped shape(const json &document, const StructType &type, const std::string &what) {
    return Shaper(what).of_struct(document, type);
}

} // namespace

void StructBuilder::add(const std::string &name, const std::string &key, json fields,
                        ordered_json json, bool omit) {
    if (!omit && !key.empty())
        shaped_.json[key] = std::move(json);
    shaped_.fields[name] = std::move(fields);
    names_.push_back(name);
}

Shaped StructBuilder::take() {
    shaped_.fields[gotemplate::struct_mark] = {
        {"json", shaped_.json.dump(-1, ' ', false, ordered_json::error_handler_t::replace)},
        {"fields", std::move(names_)}};
    return std::move(shaped_);
}

Shaped shape_descriptor(const json &document, const std::string &what) {
    return shape(document, descriptor_type(), what);
}

Shaped shape_image(const json &document, const std::string &what) {
    return shape(document, image_type(), what);
}

ordered_json index_json(const json &document, const std::string &what) {
    return shape(document, index_type(), what).json;
}

Shaped shape_index(const json &document, const std::string &digest, std::int64_t size,
                   const std::string &what) {
    auto with_digest = document;
    if (with_digest.is_object()) {
        with_digest["digest"] = digest;
        with_digest["size"] = size;
    }
    return shape(with_digest, shown_index_type(), what);
}

json shape_any(const json &value) {
    if (value.is_object() || value.is_array()) {
        auto shaped = value;
        for (auto &entry : shaped)
            entry = shape_any(entry);
        return shaped;
    }
    constexpr double most = 9.0e15; // integers up to here are exact
    if (value.is_number_float()) {
        auto number = value.get<double>();
        if (std::abs(number) <= most && number == std::trunc(number))
            return static_cast<std::int64_t>(number);
    }
    return value;
}

ordered_json marshal(const json &fields) {
    if (fields.is_array()) {
        auto list = ordered_json::array();
        for (const auto &entry : fields)
            list.push_back(marshal(entry));
        return list;
    }
    if (!fields.is_object())
        return ordered_json(fields);
    if (auto mark = fields.find(gotemplate::struct_mark); mark != fields.end())
        return ordered_json::parse((*mark)["json"].get_ref<const std::string &>());
    auto object = ordered_json::object();
    for (const auto &[key, value] : fields.items())
        object[key] = marshal(value);
    return object;
}

} // namespace berth::registry
