// SPDX-License-Identifier: Apache-2.0
// A builder's JSON: written with the order and escapes of Go's encoding/json, which docker buildx
// uses. Reading reports an error for each invalid field.
#include "berth/store/builder_record.hpp"

#include "berth/store/store.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::store {

namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

OrderedJson platform_json(const Platform &platform) {
    OrderedJson json = {{"architecture", platform.architecture}, {"os", platform.os}};
    if (!platform.os_version.empty())
        json["os.version"] = platform.os_version;
    if (!platform.os_features.empty())
        json["os.features"] = platform.os_features;
    if (!platform.variant.empty())
        json["variant"] = platform.variant;
    return json;
}

OrderedJson node_json(const NodeRecord &node) {
    OrderedJson json = {{"Name", node.name},    {"Endpoint", node.endpoint},
                        {"Platforms", nullptr}, {"DriverOpts", nullptr},
                        {"Flags", nullptr},     {"Files", nullptr}};
    if (node.platforms) {
        json["Platforms"] = OrderedJson::array();
        for (const auto &platform : *node.platforms)
            json["Platforms"].push_back(platform_json(platform));
    }
    if (node.driver_options)
        json["DriverOpts"] = *node.driver_options;
    if (!node.flags.empty())
        json["Flags"] = node.flags;
    if (node.files) {
        json["Files"] = OrderedJson::object();
        for (const auto &[name, content] : *node.files)
            json["Files"][name] = base64_encode(content);
    }
    if (!node.run_arguments.empty())
        json["RunArgs"] = node.run_arguments;
    return json;
}

// A value of the file with its path ("Nodes[0].Flags"), for errors.
class Field {
  public:
    Field(const Json &value, const std::string &place, std::string path)
        : value_(value), place_(place), path_(std::move(path)) {}

    [[noreturn]] void fail(std::string_view reason) const {
        throw Error(fmt::format("{} is not a builder record: {}{}{}", printable(place_),
                                printable(path_), path_.empty() ? "" : ": ", reason),
                    ExitCode::failure, "fix the file, or remove it and create the builder again");
    }

    // A missing key is null, as in Go.
    Field at(const char *key) const {
        static const Json null;
        if (!value_.is_object())
            fail("must be an object");
        auto found = value_.find(key);
        return {found == value_.end() ? null : *found, place_,
                path_.empty() ? key : path_ + "." + key};
    }

    bool is_null() const { return value_.is_null(); }

    std::string text() const {
        if (is_null())
            return {};
        if (!value_.is_string())
            fail("must be a string");
        return value_.get<std::string>();
    }

    std::string name() const {
        auto result = text();
        if (!is_valid_name(result))
            fail(fmt::format("'{}' is not a name", printable(result)));
        return result;
    }

    bool boolean() const {
        if (!is_null() && !value_.is_boolean())
            fail("must be true or false");
        return !is_null() && value_.get<bool>();
    }

    // Calls `read` with the Field of each element; null is an empty array.
    template<typename Read>
    auto array(Read read) const {
        std::vector<decltype(read(*this))> items;
        if (is_null())
            return items;
        if (!value_.is_array())
            fail("must be an array");
        for (std::size_t i = 0; i < value_.size(); ++i)
            items.push_back(read(Field(value_[i], place_, fmt::format("{}[{}]", path_, i))));
        return items;
    }

    template<typename Read>
    std::map<std::string, std::string> object(Read read) const {
        std::map<std::string, std::string> items;
        if (!value_.is_object())
            fail("must be an object");
        for (const auto &[key, value] : value_.items())
            items.emplace(key, read(Field(value, place_, fmt::format("{}[{}]", path_, key))));
        return items;
    }

  private:
    const Json &value_;
    const std::string &place_;
    std::string path_;
};

std::string text_of(const Field &field) {
    return field.text();
}

std::string file_of(const Field &field) {
    auto content = base64_decode(field.text());
    if (!content)
        field.fail("must be base64");
    return *std::move(content);
}

// The name of a file becomes a path in the container, below its configuration directory.
bool stays_inside(const std::string &name) {
    return !name.empty() && !name.starts_with('/') &&
           ("/" + name + "/").find("/../") == std::string::npos;
}

Platform platform_of(const Field &field) {
    return {.architecture = field.at("architecture").text(),
            .os = field.at("os").text(),
            .variant = field.at("variant").text(),
            .os_version = field.at("os.version").text(),
            .os_features = field.at("os.features").array(text_of)};
}

NodeRecord node_of(const Field &field) {
    NodeRecord node{.name = field.at("Name").name(), .endpoint = field.at("Endpoint").text()};
    if (auto platforms = field.at("Platforms"); !platforms.is_null())
        node.platforms = platforms.array(platform_of);
    if (auto options = field.at("DriverOpts"); !options.is_null())
        node.driver_options = options.object(text_of);
    node.flags = field.at("Flags").array(text_of);
    if (auto files = field.at("Files"); !files.is_null()) {
        node.files = files.object(file_of);
        for (const auto &[name, content] : *node.files)
            if (!stays_inside(name))
                files.fail(fmt::format("'{}' is not a relative path inside the directory",
                                       printable(name)));
    }
    node.run_arguments = field.at("RunArgs").array(text_of);
    return node;
}

} // namespace

std::string format_record(const BuilderRecord &record) {
    OrderedJson json = {{"Name", record.name}, {"Driver", record.driver}, {"Nodes", nullptr}};
    for (const auto &node : record.nodes)
        json["Nodes"].push_back(node_json(node));
    json["Dynamic"] = record.dynamic;
    return go_json(json);
}

BuilderRecord parse_record(std::string_view text, const std::string &place) {
    std::string why;
    auto json = read_json(text, &why);
    Field file(json, place, "");
    if (json.is_discarded())
        file.fail(why);
    BuilderRecord record{.name = file.at("Name").name(),
                         .driver = file.at("Driver").text(),
                         .nodes = file.at("Nodes").array(node_of),
                         .dynamic = file.at("Dynamic").boolean()};
    for (auto &node : record.nodes)
        node.remote = record.driver == "remote";
    return record;
}

} // namespace berth::store
