// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/grpc_frames.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/rpc_status.pb.h"

#include <fmt/format.h>

namespace berth::buildkit {
namespace {

constexpr std::string_view details_name = "grpc-status-details-bin";

// gRPC omits the padding.
std::optional<std::string> decode_binary(std::string_view text) {
    std::string padded(text);
    padded.resize((padded.size() + 3) / 4 * 4, '=');
    return base64_decode(padded);
}

std::string encode_binary(std::string_view bytes) {
    auto text = base64_encode(bytes);
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

std::string percent_decode(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) {
            result += text[i];
        } else {
            result += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return result;
}

std::string percent_encode(std::string_view text) {
    std::string result;
    for (char c : text) {
        if (c >= ' ' && c <= '~' && c != '%')
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

StatusCode code_of_http(std::string_view status) {
    if (status == "400")
        return StatusCode::internal;
    if (status == "401")
        return StatusCode::unauthenticated;
    if (status == "403")
        return StatusCode::permission_denied;
    if (status == "404")
        return StatusCode::unimplemented;
    if (status == "429" || status == "502" || status == "503" || status == "504")
        return StatusCode::unavailable;
    return StatusCode::unknown;
}

void add_details(Status &status, const std::string &bytes) {
    google::rpc::Status message;
    if (!message.ParseFromString(bytes))
        return; // keeps code and message without the details
    for (const auto &detail : message.details())
        status.details.push_back({detail.type_url(), detail.value()});
}

bool is_reserved(std::string_view name) {
    return name.starts_with(':') || name.starts_with("grpc-") || name == "te" ||
           name == "content-type" || name == "user-agent";
}

} // namespace

std::optional<std::string> header(const Headers &headers, std::string_view name) {
    for (const auto &[key, value] : headers)
        if (key == name)
            return value;
    return std::nullopt;
}

std::optional<Status> status_in(const Headers &headers) {
    if (auto code = header(headers, "grpc-status")) {
        auto number = parse_integer(*code);
        Status status{.code = number && *number >= 0 && *number <= INT32_MAX
                                  ? static_cast<StatusCode>(*number)
                                  : StatusCode::unknown,
                      .message = percent_decode(header(headers, "grpc-message").value_or(""))};
        auto details = header(headers, details_name);
        if (auto bytes = details ? decode_binary(*details) : std::nullopt)
            add_details(status, *bytes);
        return status;
    }
    auto http = header(headers, ":status");
    if (!http)
        return std::nullopt;
    if (*http != "200")
        return Status{code_of_http(*http), "the peer answered with HTTP status " + *http, {}};
    auto type = header(headers, "content-type").value_or("");
    if (!type.starts_with("application/grpc"))
        return Status{
            StatusCode::unknown, "the peer answered with content of type \"" + type + "\"", {}};
    return std::nullopt;
}

Headers headers_of(const Status &status) {
    Headers headers = {{"grpc-status", std::to_string(static_cast<int>(status.code))}};
    if (!status.message.empty())
        headers.emplace_back("grpc-message", percent_encode(status.message));
    if (status.details.empty())
        return headers;
    google::rpc::Status message;
    message.set_code(static_cast<int>(status.code));
    message.set_message(status.message);
    for (const auto &[type_url, value] : status.details) {
        auto &detail = *message.add_details();
        detail.set_type_url(type_url);
        detail.set_value(value);
    }
    headers.emplace_back(details_name, encode_binary(message.SerializeAsString()));
    return headers;
}

Status status_of_reset(Http2Error error) {
    auto code = StatusCode::internal;
    if (error == Http2Error::refused_stream)
        code = StatusCode::unavailable;
    else if (error == Http2Error::cancel)
        code = StatusCode::cancelled;
    else if (error == Http2Error::enhance_your_calm)
        code = StatusCode::resource_exhausted;
    else if (error == Http2Error::inadequate_security)
        code = StatusCode::permission_denied;
    return {
        code,
        fmt::format("the peer reset the stream with code {}", static_cast<std::uint32_t>(error)),
        {}};
}

Metadata metadata_in(const Headers &headers) {
    Metadata metadata;
    for (const auto &[name, value] : headers) {
        if (is_reserved(name))
            continue;
        auto decoded = name.ends_with("-bin") ? decode_binary(value) : value;
        if (decoded)
            metadata.emplace(name, std::move(*decoded));
    }
    return metadata;
}

void add_metadata(Headers &headers, const Metadata &metadata) {
    for (const auto &[name, value] : metadata)
        headers.emplace_back(name, name.ends_with("-bin") ? encode_binary(value) : value);
}

Headers request_headers(const std::string &method, const Metadata &metadata,
                        std::optional<std::chrono::milliseconds> timeout) {
    Headers headers = {{":method", "POST"},    {":scheme", "http"},
                       {":path", method},      {":authority", "localhost"},
                       {"te", "trailers"},     {"content-type", "application/grpc"},
                       {"user-agent", "berth"}};
    // gRPC allows eight digits.
    if (timeout && timeout->count() < 100'000'000)
        headers.emplace_back("grpc-timeout", std::to_string(timeout->count()) + "m");
    add_metadata(headers, metadata);
    return headers;
}

} // namespace berth::buildkit
