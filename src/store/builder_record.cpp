#include "berth/store/builder_record.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::store {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Go's encoding/json writes these so that JSON can stand in HTML.
std::string escape_as_go(std::string text) {
    text = replace_all(std::move(text), "<", "\\u003c");
    text = replace_all(std::move(text), ">", "\\u003e");
    text = replace_all(std::move(text), "&", "\\u0026");
    text = replace_all(std::move(text), "\u2028", "\\u2028");
    return replace_all(std::move(text), "\u2029", "\\u2029");
}

ordered_json format_platform(const Platform &platform) {
    ordered_json value = {{"architecture", platform.architecture}, {"os", platform.os}};
    if (!platform.os_version.empty())
        value["os.version"] = platform.os_version;
    if (!platform.os_features.empty())
        value["os.features"] = platform.os_features;
    if (!platform.variant.empty())
        value["variant"] = platform.variant;
    return value;
}

ordered_json format_node(const NodeRecord &node) {
    ordered_json value = {{"Name", node.name},    {"Endpoint", node.endpoint},
                          {"Platforms", nullptr}, {"DriverOpts", nullptr},
                          {"Flags", nullptr},     {"Files", nullptr}};
    if (node.platforms) {
        value["Platforms"] = ordered_json::array();
        for (const auto &platform : *node.platforms)
            value["Platforms"].push_back(format_platform(platform));
    }
    if (node.driver_options)
        value["DriverOpts"] = *node.driver_options;
    if (!node.flags.empty())
        value["Flags"] = node.flags;
    if (node.files) {
        value["Files"] = ordered_json::object();
        for (const auto &[name, content] : *node.files)
            value["Files"][name] = base64_encode(content);
    }
    return value;
}

// Fields of one JSON object; what is missing or null is empty, a wrong type is an Error.
class Fields {
  public:
    Fields(const json &object, const std::string &place, std::string path)
        : object_(object), place_(place), path_(std::move(path)) {
        if (!object.is_object())
            fail("", "no JSON object");
    }

    template<class T>
    std::optional<T> find(const char *name) const {
        auto found = object_.find(name);
        if (found == object_.end() || found->is_null())
            return std::nullopt;
        try {
            return found->get<T>();
        } catch (const json::exception &) {
            fail(name, "of a wrong type");
        }
    }

    template<class T>
    T get(const char *name) const {
        return find<T>(name).value_or(T{});
    }

    [[noreturn]] void fail(const std::string &name, const std::string &why) const {
        auto field = path_ + name;
        throw Error(fmt::format("{}: {} is {}", place_, field.empty() ? "its content" : field, why),
                    ExitCode::failure, "mend the file, or remove it and create the builder anew");
    }

    const std::string &place() const { return place_; }

  private:
    const json &object_;
    const std::string &place_;
    std::string path_;
};

Platform parse_platform(const Fields &fields) {
    return {.architecture = fields.get<std::string>("architecture"),
            .os = fields.get<std::string>("os"),
            .variant = fields.get<std::string>("variant"),
            .os_version = fields.get<std::string>("os.version"),
            .os_features = fields.get<std::vector<std::string>>("os.features")};
}

NodeRecord parse_node(const Fields &fields) {
    NodeRecord node;
    node.name = fields.get<std::string>("Name");
    node.endpoint = fields.get<std::string>("Endpoint");
    if (auto platforms = fields.find<std::vector<json>>("Platforms")) {
        node.platforms.emplace();
        for (const auto &platform : *platforms)
            node.platforms->push_back(
                parse_platform(Fields(platform, fields.place(), "Platforms of a node: ")));
    }
    node.driver_options = fields.find<std::map<std::string, std::string>>("DriverOpts");
    node.flags = fields.get<std::vector<std::string>>("Flags");
    if (auto files = fields.find<std::map<std::string, std::string>>("Files")) {
        node.files.emplace();
        for (const auto &[name, content] : *files) {
            auto bytes = base64_decode(content);
            if (!bytes)
                fields.fail("Files", fmt::format("not base64 ({})", printable(name)));
            // It becomes a path in the container.
            if (name.empty() || name.starts_with('/') ||
                ("/" + name + "/").find("/../") != std::string::npos)
                fields.fail("Files", fmt::format("a bad file name ({})", printable(name)));
            (*node.files)[name] = *std::move(bytes);
        }
    }
    return node;
}

} // namespace

std::string format_record(const BuilderRecord &record) {
    ordered_json value = {{"Name", record.name},
                          {"Driver", record.driver},
                          {"Nodes", nullptr},
                          {"Dynamic", record.dynamic}};
    if (!record.nodes.empty()) {
        value["Nodes"] = ordered_json::array();
        for (const auto &node : record.nodes)
            value["Nodes"].push_back(format_node(node));
    }
    return escape_as_go(value.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

BuilderRecord parse_record(std::string_view text, const std::string &place) {
    auto value = json::parse(text, nullptr, false);
    if (value.is_discarded())
        throw Error(place + ": no valid JSON", ExitCode::failure,
                    "mend the file, or remove it and create the builder anew");
    Fields fields(value, place, "");
    BuilderRecord record;
    record.name = fields.get<std::string>("Name");
    record.driver = fields.get<std::string>("Driver");
    record.dynamic = fields.get<bool>("Dynamic");
    for (const auto &node : fields.get<std::vector<json>>("Nodes"))
        record.nodes.push_back(parse_node(Fields(node, place, "Nodes: ")));
    return record;
}

} // namespace berth::store
