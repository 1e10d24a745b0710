// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/http.hpp"

#include "curl.hpp"
#include "http_transfer.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

namespace berth::registry {

namespace {

Proxies proxies_of(const Environment &environment) {
    auto find = [&](const char *name, const char *upper) {
        return environment.get(name, environment.get(upper));
    };
    auto none = find("no_proxy", "NO_PROXY");
    // As in Go, this machine is never reached through a proxy.
    return {.http = find("http_proxy", "HTTP_PROXY"),
            .https = find("https_proxy", "HTTPS_PROXY"),
            .none = none + (none.empty() ? "" : ",") + "localhost,127.0.0.1,::1"};
}

} // namespace

std::string HttpResponse::header(const std::string &name) const {
    auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
}

// Owns the thread that drives all transfers.
class HttpClient::Worker {
  public:
    Worker(const process::Cancellation &cancellation, const Environment &environment)
        : cancellation_(cancellation),
          proxies_(proxies_of(environment)),
          multi_(curl().multi_init()) {
        if (multi_ == nullptr)
            throw Error("cannot start libcurl");
        thread_ = std::thread([this] { run(); });
    }
    ~Worker() {
        {
            std::lock_guard lock(mutex_);
            ends_ = true;
        }
        curl().multi_wakeup(multi_);
        thread_.join();
        curl().multi_cleanup(multi_);
    }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    HttpResponse perform(const HttpRequest &request) {
        cancellation_.check();
        auto transfer = std::make_shared<Transfer>(request, proxies_);
        auto result = transfer->result();
        {
            std::lock_guard lock(mutex_);
            waiting_.push_back(transfer);
        }
        curl().multi_wakeup(multi_);
        auto answer = result.get();
        if (answer.error)
            std::rethrow_exception(std::move(answer.error));
        return std::move(answer.response);
    }

  private:
    using Transfers = std::vector<std::shared_ptr<Transfer>>;

    void run() {
        for (;;) {
            {
                std::lock_guard lock(mutex_);
                if (ends_)
                    return;
                for (auto &transfer : waiting_) {
                    curl().multi_add_handle(multi_, transfer->handle());
                    running_.push_back(std::move(transfer));
                }
                waiting_.clear();
            }
            if (cancellation_.cancelled())
                cancel();
            int count = 0;
            curl().multi_perform(multi_, &count);
            take_finished();
            for (const auto &transfer : running_)
                transfer->resume();
            curl_waitfd cancelled{
                .fd = cancellation_.descriptor(), .events = CURL_WAIT_POLLIN, .revents = 0};
            constexpr int longest = 1000; // ms
            bool watch = !cancellation_.cancelled();
            curl().multi_poll(multi_, watch ? &cancelled : nullptr, watch ? 1 : 0, longest,
                              nullptr);
        }
    }

    void take_finished() {
        int left = 0;
        while (auto *message = curl().multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE)
                continue;
            auto code = message->data.result;
            auto *handle = message->easy_handle;
            auto found = std::find_if(running_.begin(), running_.end(),
                                      [&](const auto &one) { return one->handle() == handle; });
            auto transfer = *found;
            running_.erase(found);
            curl().multi_remove_handle(multi_, handle);
            transfer->finish(code);
        }
    }

    void cancel() {
        for (auto &transfer : running_) {
            curl().multi_remove_handle(multi_, transfer->handle());
            auto error = std::make_exception_ptr(Error("cancelled", ExitCode::cancelled));
            transfer->fail(std::move(error));
        }
        running_.clear();
    }

    const process::Cancellation &cancellation_;
    const Proxies proxies_;
    CURLM *multi_;
    std::mutex mutex_;
    Transfers waiting_; // for the thread to start
    Transfers running_; // the thread's own
    bool ends_ = false;
    std::thread thread_;
};

HttpClient::HttpClient(const process::Cancellation &cancellation, const Environment &environment)
    : worker_(std::make_unique<Worker>(cancellation, environment)) {}
HttpClient::~HttpClient() = default;

HttpResponse HttpClient::perform(const HttpRequest &request) {
    return worker_->perform(request);
}

} // namespace berth::registry
