// SPDX-License-Identifier: Apache-2.0
#include "berth/job/output.hpp"

#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace berth::job {

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> &types() {
    static const std::vector<std::string> names = {"docker", "image", "registry", "oci",
                                                   "local",  "tar",   "cacheonly"};
    return names;
}

Output with_type(const std::string &type) {
    Output output;
    output.type = type;
    return output;
}

// The forms of docker buildx: `-`, a path (type=local; any one field that does not begin with
// `type=`), or a CSV record of key=value.
Output parse_output(const std::string &text) {
    if (text == "-")
        return {.type = "tar", .destination = "-"};
    auto fields = parse_csv(text);
    if (fields.size() == 1 && fields.front() == text && !text.starts_with("type="))
        return {.type = "local", .destination = text};
    Output output;
    for (const auto &field : fields) {
        auto equals = field.find('=');
        if (equals == std::string::npos)
            throw usage_error(fmt::format("invalid value {} for --output: '{}' is not key=value",
                                          printable(text), printable(field)));
        auto key = lower(trim(std::string_view(field).substr(0, equals)));
        auto value = field.substr(equals + 1);
        if (key == "type")
            output.type = value;
        else if (key == "dest")
            output.destination = value;
        else
            output.attributes.emplace_back(key, value);
    }
    if (output.type.empty())
        throw usage_error(fmt::format("type is required for output '{}'", printable(text)),
                          "write type=" + join(types(), "|"));
    if (std::find(types().begin(), types().end(), output.type) == types().end()) {
        auto near = nearest(output.type, types());
        throw usage_error(fmt::format("unknown output type \"{}\"", printable(output.type)),
                          near.empty() ? "use one of " + join(types(), ", ")
                                       : fmt::format("did you mean type={}?", near));
    }
    return output;
}

// Converts an image output to one for the engine, which decides how to store images.
Output to_engine(Output image) {
    Output output = with_type("docker");
    for (auto &[key, value] : image.attributes)
        if (key != "push" && key != "unpack" && key != "store")
            output.attributes.emplace_back(key, std::move(value));
    return output;
}

// Whether the attribute exists and has this value.
bool attribute_is(const Output &output, std::string_view key, bool wanted) {
    for (const auto &[name, value] : output.attributes)
        if (name == key)
            return parse_bool(value) == wanted;
    return false;
}

bool has_name(const Output &output) {
    return std::any_of(output.attributes.begin(), output.attributes.end(),
                       [](const auto &attribute) {
                           return attribute.first == "name" && !attribute.second.empty();
                       });
}

std::string local_mode(const Output &output) {
    return lower(trim(output.attribute("mode")));
}

bool is_below_working_directory(const std::string &destination) {
    std::error_code unreachable;
    auto here = fs::canonical(fs::current_path(), unreachable);
    auto place = fs::weakly_canonical(fs::absolute(destination), unreachable);
    return !unreachable && lies_below(place, here);
}

void check_local_mode(const Output &output, const std::vector<std::string> &allowed) {
    if (output.type != "local")
        return;
    auto mode = local_mode(output);
    if (!mode.empty() && mode != "copy" && mode != "delete")
        throw usage_error(
            fmt::format("invalid local exporter mode \"{}\"", printable(output.attribute("mode"))),
            "write mode=copy or mode=delete");
    if (output.removes_others() && !is_below_working_directory(output.destination) &&
        std::find(allowed.begin(), allowed.end(), local_delete_entitlement) == allowed.end())
        throw usage_error(
            fmt::format("local output mode=delete for destination \"{}\" requires --allow={}",
                        printable(output.destination), local_delete_entitlement),
            "mode=delete removes all files that the build does not contain");
}

void check_output(const Output &output, bool tagged) {
    if (output.pushed() && !tagged && !has_name(output))
        throw usage_error("tag is needed when pushing to registry", "add --tag NAME");
    if (output.type == "local" && output.destination.empty())
        throw usage_error("dest is required for local output", "write type=local,dest=DIR");
    bool layout = output.type != "local" && attribute_is(output, "tar", false);
    if (layout && output.destination.empty())
        throw usage_error(fmt::format("dest is required for {} exporter", output.type),
                          fmt::format("write type={},tar=false,dest=DIR", output.type));
    if (layout && output.destination == "-")
        throw usage_error(fmt::format("dest cannot be stdout for {} exporter", output.type),
                          "remove tar=false, or write dest=DIRECTORY");
    if (output.type == "local" && output.destination == "-")
        throw usage_error("a local output cannot go to standard output",
                          "write type=tar,dest=- or -o -");
}

// Outputs of files have no image ID.
void check_iid_file(const BuildOptions &options, const std::vector<Output> &outputs) {
    bool without_image = std::any_of(outputs.begin(), outputs.end(), [](const Output &output) {
        return output.type == "local" || output.type == "tar";
    });
    if (!options.iid_file.empty() && without_image)
        throw usage_error("local and tar exporters are incompatible with image ID file",
                          "remove --iidfile");
}

} // namespace

bool Output::removes_others() const {
    return type == "local" && local_mode(*this) == "delete";
}

bool Output::as_folder() const {
    return type == "local" || ((type == "oci" || type == "docker") && destination != "-" &&
                               attribute_is(*this, "tar", false));
}

bool Output::pushed() const {
    return type == "registry" || (type == "image" && attribute_is(*this, "push", true));
}

std::string Output::attribute(std::string_view key) const {
    for (const auto &[name, value] : attributes)
        if (name == key)
            return value;
    return {};
}

bool Output::to_client() const {
    return type == "docker" || type == "oci" || type == "local" || type == "tar";
}

bool Output::exported() const {
    return type != "cacheonly";
}

std::vector<Output> read_outputs(const BuildOptions &options, bool default_load) {
    std::vector<Output> outputs;
    for (const auto &text : options.outputs)
        outputs.push_back(parse_output(text));
    auto has = [&outputs](auto predicate) {
        return std::any_of(outputs.begin(), outputs.end(), predicate);
    };
    if (options.push && !has([](const Output &output) { return output.pushed(); })) {
        // --push turns an image output that is there into one that is pushed, as docker buildx
        // does.
        auto image = std::find_if(outputs.begin(), outputs.end(),
                                  [](const Output &output) { return output.type == "image"; });
        if (image != outputs.end())
            image->attributes.emplace_back("push", "true");
        else
            outputs.push_back(with_type("registry"));
    }
    if (options.image_to_engine)
        for (auto &output : outputs)
            if (output.type == "image" && !output.pushed())
                output = to_engine(std::move(output));
    bool to_engine = has([](const Output &output) { return output.to_engine(); });
    if (!to_engine && (options.load || (default_load && outputs.empty())))
        outputs.push_back(with_type("docker"));
    for (auto &output : outputs) {
        check_output(output, !options.tags.empty());
        check_local_mode(output, options.allow);
        if ((output.type == "tar" || output.type == "oci") && output.destination.empty())
            output.destination = "-";
    }
    check_iid_file(options, outputs);
    auto to_stdout = std::count_if(outputs.begin(), outputs.end(),
                                   [](const Output &output) { return output.destination == "-"; });
    if (to_stdout > 1)
        throw usage_error("only one output can go to standard output");
    return outputs;
}

Exporter exporter_of(const Output &output, const std::vector<std::string> &tags) {
    Exporter exporter{.type = output.type, .attributes = {}};
    bool image = output.type == "image" || output.type == "registry" || output.type == "docker" ||
                 output.type == "oci";
    for (const auto &[key, value] : output.attributes)
        exporter.attributes[key] = value;
    if (image && !tags.empty())
        exporter.attributes["name"] = join(tags, ",");
    if (output.type == "registry") {
        exporter.type = "image";
        exporter.attributes["push"] = "true";
        exporter.attributes.try_emplace("unpack", "false");
    }
    if (output.to_engine())
        exporter.attributes.erase("context"); // names the engine
    if (output.as_layout || output.for_containerd) {
        exporter.type = "oci";
        if (output.to_engine()) // the name of the image in such an engine
            exporter.attributes["prefer-image-digest"] = "true";
    }
    return exporter;
}

bool loads_incrementally(const std::vector<Output> &outputs) {
    return outputs.size() == 1 && outputs.front().to_engine() &&
           outputs.front().attributes.empty() && !outputs.front().as_layout;
}

// The classic store keeps layers unpacked. containerd's keeps them as received, so they should
// equal docker buildx's.
Exporter kept_image(const Output &output, const std::vector<std::string> &tags) {
    auto exporter = exporter_of({.type = "image", .attributes = {{"push", "false"}}}, tags);
    exporter.attributes.emplace(output.for_containerd ? std::pair("oci-mediatypes", "true")
                                                      : std::pair("compression", "uncompressed"));
    return exporter;
}

Output exported_whole(Output output, bool as_layout) {
    output.as_layout = as_layout;
    return output;
}

} // namespace berth::job
