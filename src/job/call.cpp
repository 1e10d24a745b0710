// SPDX-License-Identifier: Apache-2.0
#include "berth/job/call.hpp"

#include "berth/progress/display.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace berth::job {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string value_of(const CallAnswer &answer, const std::string &key) {
    auto found = answer.find(key);
    return found == answer.end() ? "" : found->second;
}

// The path of the Dockerfile for the user; the frontend knows only its name.
std::string shown_dockerfile(const BuildOptions &options) {
    if (options.file == "-")
        return "stdin";
    if (!options.file.empty())
        return options.file;
    return (std::filesystem::path(options.context) / "Dockerfile").lexically_normal().string();
}

// JSON cannot contain escape sequences of terminals, so it is safe to print.
void check_json(const std::string &text) {
    if (read_json(text).is_discarded())
        throw Error("failed to build: BuildKit's answer to --call is not JSON", ExitCode::failure,
                    "remove format=json");
}

void write_metadata(const std::string &file, const CallAnswer &answer, const GivenUp &given_up) {
    write_output_file(
        file, call_metadata(answer).dump(2, ' ', false, ordered_json::error_handler_t::replace),
        given_up);
}

int line_of(const json &range, const char *end) {
    return range.at(end).value("line", 0);
}

// The message of an aborted check, with its lines of the Dockerfile.
std::string build_error(const json &results, const BuildOptions &options) {
    const auto &error = results.at("buildError");
    auto text = error.at("message").get<std::string>() + "\n";
    auto location = error.value("location", json::object());
    auto source = results.at("sources").at(location.value("sourceIndex", std::size_t(0)));
    progress::VertexWarning place;
    place.file_name = shown_dockerfile(options);
    place.file_data = base64_decode(source.value("data", "")).value_or("");
    for (const auto &range : location.value("ranges", json::array()))
        place.ranges.push_back(
            {.start_line = line_of(range, "start"), .end_line = line_of(range, "end")});
    return text + progress::source_excerpt(place);
}

// The name of the Dockerfile in the builder.
std::string checked_name(const json &results) {
    try {
        return results.at("sources").at(0).at("filename").get<std::string>();
    } catch (const json::exception &) {
        return "Dockerfile";
    }
}

// Prints the text of a check in docker buildx's form: with a count, and with the path of the
// Dockerfile.
void print_check(std::ostream &out, const BuildOptions &options, const std::string &text,
                 const std::string &name) {
    auto lines = split(trim(text), '\n');
    auto count = std::count_if(lines.begin(), lines.end(),
                               [](const auto &line) { return line.starts_with("WARNING: "); });
    if (count == 0)
        return;
    out << fmt::format("Check complete, {} {} found!\n", count,
                       count == 1 ? "warning has been" : "warnings have been");
    auto path = shown_dockerfile(options);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].starts_with("WARNING: ") && !(i > 0 && lines[i - 1].empty()))
            out << '\n';
        // NAME:LINE is right above the rule of the excerpt.
        bool place = lines[i].starts_with(name + ":") && i + 1 < lines.size() &&
                     lines[i + 1].starts_with("-----");
        out << (place ? path + lines[i].substr(name.size()) : printable(lines[i], true)) << '\n';
    }
}

void print_lint(std::ostream &out, const BuildOptions &options, const CallAnswer &answer,
                bool as_json) {
    auto results = read_json(value_of(answer, "result.json"));
    if (!as_json)
        print_check(out, options, value_of(answer, "result.txt"), checked_name(results));
    bool found = results.is_object() && results.contains("warnings") &&
                 results["warnings"].is_array() && !results["warnings"].empty();
    if (results.is_object() && results.contains("buildError")) {
        if (found && !as_json)
            out << '\n';
        out << std::flush;
        std::string text;
        try {
            text = build_error(results, options);
        } catch (const json::exception &error) {
            text = fmt::format("BuildKit's answer to --call has an error that cannot be read: {}",
                               error.what());
        }
        throw Error(text);
    }
    if (!found && !as_json)
        out << "Check complete, no warnings found.\n";
}

} // namespace

nlohmann::ordered_json call_metadata(const CallAnswer &answer) {
    auto metadata = ordered_json::object();
    for (const auto &[key, value] : answer) {
        auto read = key == "result.json" ? read_ordered_json(value)
                                         : ordered_json(ordered_json::value_t::discarded);
        metadata[key] = read.is_structured() && !read.empty() ? read : ordered_json(value);
    }
    return metadata;
}

std::optional<Call> read_call(const std::string &text) {
    if (text.empty())
        return std::nullopt;
    Call call;
    for (const auto &field : parse_csv(text)) {
        auto equals = field.find('=');
        auto key = field.substr(0, equals);
        auto value = equals == std::string::npos ? "" : field.substr(equals + 1);
        if (equals == std::string::npos) {
            if (!call.name.empty())
                throw usage_error(fmt::format("invalid print value: {}", printable(text)),
                                  "use --call with one method");
            call.name = field;
        } else if (key == "format") {
            call.format = value;
        } else if (key == "ignorestatus") {
            auto ignored = parse_bool(value);
            if (!ignored)
                throw usage_error(
                    fmt::format("invalid ignorestatus print value: {}", printable(value)),
                    "write ignorestatus=true or ignorestatus=false");
            call.ignore_status = *ignored;
        } else {
            throw usage_error(fmt::format("invalid print field: {}", printable(field)),
                              "use METHOD, format=json and ignorestatus=true");
        }
    }
    if (call.name == "build")
        return std::nullopt;
    if (call.name == "check")
        call.name = "lint";
    return call;
}

bool report_call(std::ostream &out, const BuildOptions &options, const CallAnswer &answer,
                 const GivenUp &given_up) {
    auto call = read_call(options.call).value_or(Call());
    bool as_json = call.format == "json";
    if (!options.iid_file.empty())
        write_output_file(options.iid_file, "", given_up);
    if (!options.metadata_file.empty())
        write_metadata(options.metadata_file, answer, given_up);
    if (as_json) {
        check_json(value_of(answer, "result.json"));
        out << value_of(answer, "result.json") << '\n';
    } else if (call.name != "lint") {
        out << printable(value_of(answer, "result.txt"), true);
    }
    if (call.name == "lint")
        print_lint(out, options, answer, as_json);
    out << std::flush;
    auto status = parse_integer(value_of(answer, "result.statuscode")).value_or(0);
    return call.ignore_status || status == 0;
}

} // namespace berth::job
