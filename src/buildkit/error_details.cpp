// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/error_details.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace berth::buildkit {
namespace {

using nlohmann::json;

constexpr std::size_t most_details = 100; // BuildKit adds a stack trace for each of its processes
constexpr std::size_t longest_detail = 16u << 20;
constexpr std::size_t most_ranges = 10'000;
constexpr std::string_view types = "github.com/moby/buildkit/errdefs.";

// Nothing unless the detail is an object of that type.
json read(const StatusDetail &detail, std::string_view type) {
    std::string_view url = detail.type_url;
    if (!url.starts_with(types) || url.substr(types.size()) != type ||
        detail.value.size() > longest_detail)
        return nullptr;
    auto value = read_json(detail.value);
    return value.is_object() ? value : json(nullptr);
}

int line(const json &range, const char *end) {
    constexpr int last = 1 << 30;
    auto position = range.find(end);
    if (position == range.end() || !position->is_object())
        return 0;
    auto found = position->find("line");
    if (found == position->end() || !found->is_number_integer())
        return 0;
    auto number = found->get<std::int64_t>();
    return number < 0 || number > last ? 0 : static_cast<int>(number);
}

std::optional<ErrorSource> read_source(const StatusDetail &detail) {
    auto value = read(detail, "Source+json");
    auto info = value.find("info");
    if (info == value.end() || !info->is_object())
        return std::nullopt;
    auto data = base64_decode(text_at(*info, "data"));
    auto ranges = value.find("ranges");
    if (!data || ranges == value.end() || !ranges->is_array() || ranges->size() > most_ranges)
        return std::nullopt;
    ErrorSource source{
        .file_name = text_at(*info, "filename"), .data = std::move(*data), .ranges = {}};
    for (const auto &range : *ranges)
        if (range.is_object())
            source.ranges.push_back({.start = line(range, "start"), .end = line(range, "end")});
    return source;
}

// The prefix that a detail adds to the message.
std::string prefix(const StatusDetail &detail) {
    auto name = [&](const char *type) { return text_at(read(detail, type), "name"); };
    if (auto request = name("Subrequest+json"); !request.empty())
        return fmt::format("unsupported request {}: ", request);
    if (auto capability = name("FrontendCap+json"); !capability.empty())
        return fmt::format("unsupported frontend capability {}: ", capability);
    return {};
}

// Visits a limited number of details.
template<class Function>
void each_detail(const Status &status, Function function) {
    for (std::size_t i = 0; i < std::min(status.details.size(), most_details); ++i)
        function(status.details[i]);
}

} // namespace

ErrorDetails read_details(const Status &status) {
    ErrorDetails details;
    each_detail(status, [&](const StatusDetail &detail) {
        if (auto source = read_source(detail))
            details.sources.push_back(std::move(*source));
        if (auto digest = text_at(read(detail, "Vertex+json"), "digest"); !digest.empty())
            details.vertex = digest;
        if (auto name = text_at(read(detail, "Subrequest+json"), "name"); !name.empty())
            details.unsupported_request = name;
    });
    return details;
}

std::string error_text(const Status &status) {
    bool plain = status.code == StatusCode::ok || status.code == StatusCode::unknown;
    auto text = plain ? status.message : to_string(status.code) + ": " + status.message;
    each_detail(status, [&](const StatusDetail &detail) { text = prefix(detail) + text; });
    return text;
}

} // namespace berth::buildkit
