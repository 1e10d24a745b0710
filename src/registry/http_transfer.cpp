// SPDX-License-Identifier: Apache-2.0
#include "http_transfer.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace berth::registry {

namespace {

constexpr long connect_seconds = 30, silent_seconds = 60;
// A registry may need minutes to store a large blob, before it answers.
constexpr long storing_seconds = 900;
constexpr std::size_t most_headers = 64u << 10; // bytes in total

// Without the query, which may contain a signature.
std::string shown(const std::string &url) {
    return printable(url.substr(0, url.find('?')));
}

bool is_transient(CURLcode code) {
    return code == CURLE_OPERATION_TIMEDOUT || code == CURLE_GOT_NOTHING ||
           code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_PARTIAL_FILE ||
           code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

const char *curl_hint(CURLcode code) {
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
        return "`berth create --ca FILE` makes a builder that trusts the registry's certificate";
    case CURLE_SSL_CONNECT_ERROR:
        return "if the registry has no TLS, `berth create --insecure-registry HOST` makes a "
               "builder that knows it";
    case CURLE_COULDNT_RESOLVE_HOST:
        return "check the host's name and the DNS of this machine";
    default:
        return "";
    }
}

template<typename Call>
std::size_t guarded(std::exception_ptr &error, std::size_t failed, const Call &call) {
    try {
        return call();
    } catch (...) {
        error = std::current_exception();
        return failed;
    }
}

} // namespace

Transfer::Transfer(const HttpRequest &request, const Proxies &proxies) : request_(request) {
    handle_ = curl().easy_init();
    if (handle_ == nullptr)
        throw Error("cannot make a transfer of libcurl");
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, request.source ? storing_seconds : silent_seconds);
    set(CURLOPT_USERAGENT, "berth/" BERTH_VERSION);
    set(CURLOPT_PROXY,
        request.url.starts_with("https:") ? proxies.https.c_str() : proxies.http.c_str());
    set(CURLOPT_NOPROXY, proxies.none.c_str());
    curl_write_callback on_header = [](char *data, std::size_t, std::size_t size, void *self) {
        return static_cast<Transfer *>(self)->on_header({data, size});
    };
    curl_write_callback on_body = [](char *data, std::size_t, std::size_t size, void *self) {
        return static_cast<Transfer *>(self)->on_body({data, size});
    };
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, this);
    set_method();
    set_tls();
    for (const auto &header : request.headers)
        headers_ = curl().slist_append(headers_, header.c_str());
    headers_ = curl().slist_append(headers_, "Expect:");
    set(CURLOPT_HTTPHEADER, headers_);
}

Transfer::~Transfer() {
    curl().easy_cleanup(handle_);
    curl().slist_free_all(headers_);
}

void Transfer::set_method() {
    const auto &method = request_.method;
    if (method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
        return;
    }
    if (method == "POST" && !request_.source) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.c_str());
        return;
    }
    if (method == "PUT") {
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_INFILESIZE_LARGE,
            static_cast<curl_off_t>(request_.source
                                        ? request_.source_size
                                        : static_cast<std::int64_t>(request_.body.size())));
        curl_read_callback on_read = [](char *data, std::size_t, std::size_t size, void *self) {
            return static_cast<Transfer *>(self)->on_read(data, size);
        };
        set(CURLOPT_READFUNCTION, on_read);
        set(CURLOPT_READDATA, this);
        // libcurl sends the body again if a reused connection turns out to be closed.
        curl_seek_callback rewind = [](void *self, curl_off_t offset, int) {
            auto &transfer = *static_cast<Transfer *>(self);
            if (transfer.request_.source || offset != 0)
                return CURL_SEEKFUNC_CANTSEEK;
            transfer.sent_ = 0;
            return CURL_SEEKFUNC_OK;
        };
        set(CURLOPT_SEEKFUNCTION, rewind);
        set(CURLOPT_SEEKDATA, this);
    }
}

void Transfer::set_tls() {
    const auto &tls = request_.tls;
    if (!tls.authorities.empty())
        set(CURLOPT_CAINFO, tls.authorities.c_str());
    if (!tls.certificate.empty()) {
        set(CURLOPT_SSLCERT, tls.certificate.c_str());
        set(CURLOPT_SSLKEY, tls.key.c_str());
    }
    if (tls.insecure) {
        set(CURLOPT_SSL_VERIFYPEER, 0L);
        set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

bool Transfer::takes_body() const {
    return request_.sink && response_.status == 200;
}

std::size_t Transfer::on_header(std::string_view line) {
    return guarded(error_, 0, [&]() -> std::size_t {
        if (line.starts_with("HTTP/")) { // also of an earlier response: 100, or a proxy's
            auto status = parse_integer(line.substr(0, line.find_first_of("\r\n"))
                                            .substr(std::min(line.size(), line.find(' ') + 1))
                                            .substr(0, 3));
            response_ = HttpResponse{.status = static_cast<int>(status.value_or(0))};
            header_bytes_ = 0;
            return line.size();
        }
        header_bytes_ += line.size();
        if (header_bytes_ > most_headers)
            return 0;
        auto colon = line.find(':');
        if (colon == std::string_view::npos)
            return line.size();
        auto name = lower(trim(line.substr(0, colon)));
        std::string value(trim(line.substr(colon + 1)));
        if (name == "www-authenticate")
            response_.challenges.push_back(value);
        response_.headers[name] = std::move(value);
        return line.size();
    });
}

std::size_t Transfer::on_body(std::string_view bytes) {
    return guarded(error_, bytes.size() + 1, [&]() -> std::size_t {
        if (takes_body()) {
            if (request_.sink->write(bytes)) {
                partial_ = true;
                return bytes.size();
            }
            waits_to_write_ = true;
            return CURL_WRITEFUNC_PAUSE;
        }
        if (response_.body.size() + bytes.size() > request_.limit) {
            too_long_ = true;
            return 0;
        }
        response_.body += bytes;
        return bytes.size();
    });
}

std::size_t Transfer::on_read(char *buffer, std::size_t size) {
    return guarded(error_, CURL_READFUNC_ABORT, [&]() -> std::size_t {
        if (!request_.source) {
            auto count = std::min(size, request_.body.size() - sent_);
            std::memcpy(buffer, request_.body.data() + sent_, count);
            sent_ += count;
            return count;
        }
        std::size_t count = 0;
        switch (request_.source->read(buffer, size, count)) {
        case Source::State::bytes:
            return count;
        case Source::State::wait:
            waits_to_read_ = true;
            return CURL_READFUNC_PAUSE;
        case Source::State::failed:
            break;
        }
        return CURL_READFUNC_ABORT;
    });
}

void Transfer::resume() {
    bool write = waits_to_write_ && request_.sink->has_room();
    bool read = waits_to_read_ && request_.source->has_bytes();
    if (!write && !read)
        return;
    waits_to_write_ = waits_to_write_ && !write;
    waits_to_read_ = waits_to_read_ && !read;
    curl().easy_pause(handle_, (waits_to_write_ ? CURLPAUSE_RECV : 0) |
                                   (waits_to_read_ ? CURLPAUSE_SEND : 0));
}

std::string Transfer::explain(CURLcode code) const {
    auto what =
        fmt::format("failed to do request: {} \"{}\": ", request_.method, shown(request_.url));
    if (too_long_)
        return what + fmt::format("the answer is longer than {} bytes", request_.limit);
    return what + printable(message_[0] != 0 ? message_ : curl().easy_strerror(code));
}

void Transfer::finish(CURLcode code) {
    if (error_)
        return fail(std::exchange(error_, nullptr));
    if (code == CURLE_OK)
        return promise_.set_value({.response = std::move(response_), .error = nullptr});
    // A copy of it here would share its text with the reader's thread.
    auto error = std::make_exception_ptr(
        TransportError(explain(code), !too_long_ && is_transient(code), curl_hint(code), partial_));
    fail(std::move(error));
}

} // namespace berth::registry
