#include "berth/build/context_lease.hpp"

#include "berth/build/transport.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <thread>

namespace berth::build {

// The script of a build that, instead of building, says where it is and waits.
class ContextLeases::Lease {
  public:
    Lease(const docker::Docker &docker, const std::string &container, std::string key,
          const context::LocalContext &context)
        : context_(context),
          key_(std::move(key)),
          thread_([this, &docker, container] { run(docker, container); }) {}
    ~Lease() {
        over_ = true;
        thread_.join();
    }

    NamedPlace place() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || place_.find('\n') != std::string::npos; });
        if (auto end = place_.find('\n'); end != std::string::npos) {
            auto slot = place_.substr(0, end);
            return {.folder = slot + "/c",
                    .slot = slot.substr(slot.rfind('/') + 1),
                    .layout = context_.layout};
        }
        throw Error("failed to build: cannot bring a named context to the builder: " + failure_,
                    ExitCode::failure);
    }

  private:
    void run(const docker::Docker &docker, const std::string &container) {
        std::ostringstream nowhere;
        std::string failure;
        try {
            auto display = progress::make_display(progress::Mode::none, nowhere, {});
            auto result = make_stream_transport()->solve(
                docker, container,
                {.context = context_,
                 .context_key = key_,
                 .arguments =
                     [](const BuildPlaces &) {
                         return std::vector<std::string>{"sh", "-c", "pwd; exec sleep 86400",
                                                         "berth-lease"};
                     },
                 .on_output = [this](std::string_view text) { said(text); },
                 .over = [this] { return over_.load(); }},
                *display);
            display->finish();
            failure = result.text.empty() ? result.outcome.err : result.text;
        } catch (const std::exception &error) {
            failure = error.what();
        }
        std::lock_guard lock(mutex_);
        ended_ = true;
        failure_ = std::string(trim(failure));
        changed_.notify_all();
    }

    void said(std::string_view text) {
        std::lock_guard lock(mutex_);
        place_ += text;
        changed_.notify_all();
    }

    const context::LocalContext &context_;
    std::string key_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string place_, failure_;
    std::atomic<bool> over_{false};
    bool ended_ = false;
    std::thread thread_; // last: it uses the rest
};

ContextLeases::ContextLeases(const docker::Docker &docker, std::string container,
                             std::string client_id)
    : docker_(docker), container_(std::move(container)), client_id_(std::move(client_id)) {}

ContextLeases::~ContextLeases() = default;

void ContextLeases::take(const std::map<std::string, context::LocalContext> &contexts) {
    for (const auto &[name, context] : contexts)
        leases_[name] = std::make_unique<Lease>(
            docker_, container_, context::context_key(client_id_, context.place), context);
}

std::map<std::string, NamedPlace> ContextLeases::folders() const {
    std::map<std::string, NamedPlace> result;
    for (const auto &[name, lease] : leases_)
        result[name] = lease->place();
    return result;
}

} // namespace berth::build
