#include "berth/builder/create.hpp"

#include "berth/builder/config_files.hpp"
#include "berth/builder/driver_options.hpp"
#include "berth/builder/node.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::builder {

namespace {

constexpr const char *host_network = "--allow-insecure-entitlement=network.host";

// Builds may use the host's network, unless flags or configuration say it already: docker buildx.
std::vector<std::string> buildkitd_flags(const std::string &text, const store::NodeRecord &node) {
    auto flags = split_words(text);
    bool configured = node.files && node.files->contains(config_file) &&
                      allows_host_network(node.files->at(config_file));
    if (!configured && std::find(flags.begin(), flags.end(), host_network) == flags.end())
        flags.emplace_back(host_network);
    return flags;
}

store::Platform parse_platform(const std::string &text) {
    auto parts = split(text, '/');
    bool good =
        parts.size() >= 2 && parts.size() <= 3 &&
        std::none_of(parts.begin(), parts.end(), [](const auto &part) {
            return part.empty() || part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"
                                                          "._-") != std::string::npos;
        });
    if (!good)
        throw usage_error(fmt::format("\"{}\": cannot parse platform specifier", printable(text)),
                          "write OS/ARCH or OS/ARCH/VARIANT, such as linux/arm64");
    return {.architecture = parts[1], .os = parts[0], .variant = parts.size() == 3 ? parts[2] : ""};
}

std::optional<std::vector<store::Platform>>
parse_platforms(const std::vector<std::string> &values) {
    std::vector<store::Platform> platforms;
    for (const auto &value : values)
        for (const auto &part : split(lower(value), ',')) {
            auto platform = parse_platform(std::string(trim(part)));
            if (std::find(platforms.begin(), platforms.end(), platform) == platforms.end())
                platforms.push_back(std::move(platform));
        }
    if (platforms.empty())
        return std::nullopt;
    return platforms;
}

store::NodeRecord make_node(const CreateRequest &request, std::string name) {
    store::NodeRecord node;
    node.name = std::move(name);
    node.endpoint = request.endpoint;
    node.platforms = parse_platforms(request.platforms);
    auto options = parse_driver_options(request.driver_options);
    read_driver_options(options); // throws what is wrong with them
    if (!options.empty())
        node.driver_options = std::move(options);
    if (!request.config.empty())
        node.files = read_config_files(request.config);
    node.flags = buildkitd_flags(request.flags, node);
    return node;
}

// What the flags say anew; the rest stays.
void update_node(store::NodeRecord &node, const CreateRequest &request) {
    auto fresh = make_node(request, node.name);
    if (request.endpoint_given)
        node.endpoint = fresh.endpoint;
    if (!request.platforms.empty())
        node.platforms = fresh.platforms;
    if (!request.driver_options.empty())
        node.driver_options = fresh.driver_options;
    if (!request.flags.empty() || node.flags.empty())
        node.flags = fresh.flags;
    if (!request.config.empty())
        node.files = fresh.files;
}

auto find_node(store::BuilderRecord &record, const std::string &name) {
    return std::find_if(record.nodes.begin(), record.nodes.end(),
                        [&name](const auto &node) { return node.name == name; });
}

std::string next_node_name(store::BuilderRecord &record) {
    for (int i = 0;; ++i) {
        auto name = record.name + std::to_string(i);
        if (find_node(record, name) == record.nodes.end())
            return name;
    }
}

void leave(store::BuilderRecord &record, const std::string &node) {
    auto found = find_node(record, node);
    if (found == record.nodes.end())
        throw usage_error(
            fmt::format("node \"{}\" is not part of builder \"{}\"", printable(node), record.name),
            fmt::format("`berth inspect {}` shows its nodes", record.name));
    if (record.nodes.size() == 1)
        throw usage_error(fmt::format("cannot remove the last node of builder \"{}\"", record.name),
                          fmt::format("`berth rm {}` removes the builder", record.name));
    record.nodes.erase(found);
}

void check_combination(const CreateRequest &request) {
    if (request.append && request.name.empty())
        throw usage_error("append requires a builder name", "give one with --name");
    if (request.leave && request.name.empty())
        throw usage_error("leave requires instance name", "give one with --name");
    if (request.leave && request.node.empty())
        throw usage_error("leave requires node name but --node not set", "give one with --node");
    if (request.append && request.leave)
        throw usage_error("--append and --leave cannot be used together");
}

} // namespace

store::BuilderRecord plan_create(const CreateRequest &request, const store::Store &store) {
    check_combination(request);
    auto name = request.name.empty() ? generated_name(store) : store::validate_name(request.name);
    if (name == "default")
        throw usage_error(
            "default is a reserved name and cannot be used to identify builder instance",
            "choose another --name");
    auto node_name = request.node.empty() ? "" : store::validate_name(request.node);
    auto existing = store.find(name);
    if (!existing && (request.append || request.leave))
        throw Error(fmt::format("failed to find instance \"{}\" for {}", name,
                                request.append ? "append" : "leave"),
                    ExitCode::no_such_builder, "`berth ls` lists the builders");
    if (existing && !request.append && node_name.empty())
        throw usage_error(
            fmt::format("existing instance for \"{}\" but no append mode, specify the "
                        "node name to make changes for existing instances",
                        name),
            fmt::format("`berth use {0}` uses it, `berth rm {0}` removes it", name));

    store::BuilderRecord record = existing.value_or(store::BuilderRecord{.name = name});
    if (request.leave) {
        leave(record, node_name);
    } else if (auto found = find_node(record, node_name); found != record.nodes.end()) {
        update_node(*found, request);
    } else {
        record.nodes.push_back(
            make_node(request, node_name.empty() ? next_node_name(record) : node_name));
    }
    return record;
}

} // namespace berth::builder
