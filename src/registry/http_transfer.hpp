// SPDX-License-Identifier: Apache-2.0
// A running request of libcurl.
#pragma once

#include "berth/registry/http.hpp"

#include "curl.hpp"

#include <future>
#include <memory>

namespace berth::registry {

struct Proxies {
    std::string http, https, none; // addresses; hosts reached directly
};

// The error is a value for its one reader: in the future's own exception, both threads would use
// its counter of references, and the last of them would destroy the object.
struct Answer {
    HttpResponse response;
    std::exception_ptr error;
};

class Transfer {
  public:
    Transfer(const HttpRequest &request, const Proxies &proxies);
    ~Transfer();
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    CURL *handle() const { return handle_; }
    std::future<Answer> result() { return promise_.get_future(); }
    // Resumes a transfer that waited for its sink or source.
    void resume();
    void finish(CURLcode code);
    void fail(std::exception_ptr error) {
        promise_.set_value({.response = {}, .error = std::move(error)});
    }

  private:
    template<typename Value>
    void set(CURLoption option, Value value) {
        curl().easy_setopt(handle_, option, value);
    }
    void set_method();
    void set_tls();
    bool takes_body() const; // of the response, into the sink
    std::size_t on_header(std::string_view line);
    std::size_t on_body(std::string_view bytes);
    std::size_t on_read(char *buffer, std::size_t size);
    std::string explain(CURLcode code) const;

    const HttpRequest &request_;
    CURL *handle_ = nullptr;
    curl_slist *headers_ = nullptr;
    HttpResponse response_;
    std::promise<Answer> promise_;
    std::size_t sent_ = 0, header_bytes_ = 0; // bytes
    bool partial_ = false;                    // the sink has received a part
    bool too_long_ = false, waits_to_write_ = false, waits_to_read_ = false;
    std::exception_ptr error_; // of a sink or source
    char message_[CURL_ERROR_SIZE] = {};
};

} // namespace berth::registry
