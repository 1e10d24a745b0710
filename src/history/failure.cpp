// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"

#include "berth/buildkit/control.hpp"
#include "berth/buildkit/error_details.hpp"
#include "berth/progress/source_excerpt.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/rpc_status.pb.h"

#include <fmt/format.h>

#include <map>

namespace berth::history {
namespace {

using nlohmann::json;

// The lines of a step's log, joined from pieces for each stream.
class StepLog {
  public:
    void add(std::int64_t stream, const std::string &bytes) {
        auto parts = split(bytes, '\n');
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto open = open_.find(stream);
            if (i == 0 && open != open_.end())
                lines_[open->second] += parts[0];
            else if (!parts[i].empty())
                open_[stream] = lines_.size(), lines_.push_back(parts[i]);
            if (i + 1 < parts.size() || parts[i].empty())
                open_.erase(stream);
        }
    }
    std::vector<std::string> last(std::size_t count) const {
        return {lines_.end() - static_cast<std::ptrdiff_t>(std::min(count, lines_.size())),
                lines_.end()};
    }
    // Keeps memory bounded.
    void forget_all_but(std::size_t count) {
        if (lines_.size() < 64 * count)
            return;
        auto dropped = lines_.size() - count;
        lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(dropped));
        std::erase_if(open_, [&](const auto &entry) { return entry.second < dropped; });
        for (auto &[stream, line] : open_)
            line -= dropped;
    }

  private:
    std::vector<std::string> lines_;
    std::map<std::int64_t, std::size_t> open_; // the unfinished line of a stream
};

void add_log(buildkit::Connection &connection, const std::string &ref, const std::string &vertex,
             nlohmann::ordered_json &error) {
    constexpr std::size_t most_lines = 16;
    StepLog log;
    buildkit::Control(connection).status(ref, [&](const control::StatusResponse &status) {
        for (const auto &one : status.vertexes())
            if (one.digest() == vertex)
                error["Name"] = one.name();
        for (const auto &one : status.logs())
            if (one.vertex() == vertex)
                log.add(one.stream(), one.msg());
        log.forget_all_but(most_lines);
    });
    error["Logs"] = log.last(most_lines);
}

std::string excerpts(const std::vector<buildkit::ErrorSource> &sources) {
    std::string text;
    for (const auto &source : sources) {
        std::vector<progress::SourceRange> ranges;
        for (const auto &range : source.ranges)
            ranges.push_back({.start_line = range.start, .end_line = range.end});
        text += progress::source_excerpt(source.file_name, source.data, ranges) + "\n";
    }
    return text;
}

// The stack traces of BuildKit's programs, in the format of its clients.
std::string stack_text(const buildkit::Status &status) {
    auto text = buildkit::error_text(status) + "\n";
    for (const auto &detail : status.details) {
        auto stack = detail.type_url == "github.com/moby/buildkit/stack.Stack+json"
                         ? read_json(detail.value)
                         : json();
        if (!stack.is_object() || !stack.value("frames", json()).is_array())
            continue;
        std::string command;
        if (auto words = stack.find("cmdline"); words != stack.end() && words->is_array())
            for (const auto &word : *words)
                command += " " + (word.is_string() ? word.get<std::string>() : "");
        text += fmt::format("{} {}{}\n", stack.value("pid", json(0)).dump(),
                            text_at(stack, "version"), command);
        for (const auto &frame : stack["frames"])
            if (frame.is_object())
                text += fmt::format("{}\n\t{}:{}\n", text_at(frame, "Name"), text_at(frame, "File"),
                                    frame.value("Line", json(0)).dump());
        text += "\n";
    }
    return text;
}

buildkit::Status read_external(buildkit::Connection &connection, const std::string &digest) {
    google::rpc::Status message;
    try {
        if (!message.ParseFromString(buildkit::Content(connection).read_all(digest)))
            throw Error("failed to unmarshal external error " + printable(digest));
    } catch (const buildkit::GrpcError &error) {
        throw Error(fmt::format("failed to read external error {}: {}", printable(digest),
                                printable(error.what())));
    }
    buildkit::Status status{
        static_cast<buildkit::StatusCode>(message.code()), message.message(), {}};
    for (const auto &detail : message.details())
        status.details.push_back({detail.type_url(), detail.value()});
    return status;
}

} // namespace

void add_failure(buildkit::Connection &connection, const Record &record, Inspection &inspection) {
    const auto &message = record.message;
    if (!message.has_error() && !message.has_external_error())
        return;
    auto &document = inspection.document;
    nlohmann::ordered_json error = {{"Code", 0},     {"Message", ""},
                                    {"Name", ""},    {"Logs", nlohmann::ordered_json::array()},
                                    {"Sources", ""}, {"Stack", ""}};
    if (message.has_error()) {
        auto code = static_cast<buildkit::StatusCode>(message.error().code());
        document["Status"] = code == buildkit::StatusCode::cancelled ? "canceled" : "failed";
        error["Code"] = message.error().code();
        error["Message"] = message.error().message();
    }
    if (message.has_external_error()) {
        auto status = read_external(connection, message.external_error().digest());
        auto details = buildkit::read_details(status);
        inspection.sources = excerpts(details.sources);
        inspection.stack = stack_text(status);
        error["Sources"] = base64_encode(inspection.sources);
        error["Stack"] = base64_encode(inspection.stack);
        if (!details.vertex.empty())
            add_log(connection, message.ref(), details.vertex, error);
    }
    document["Error"] = std::move(error);
}

} // namespace berth::history
