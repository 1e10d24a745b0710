// SPDX-License-Identifier: Apache-2.0
#include "berth/process/held.hpp"

#include <exception>
#include <utility>

namespace berth::process {

namespace {

std::function<std::size_t(char *, std::size_t)> feed(const std::string &text) {
    if (text.empty())
        return {};
    return [&text, at = std::size_t{0}](char *buffer, std::size_t size) mutable {
        auto count = text.copy(buffer, size, at);
        at += count;
        return count;
    };
}

} // namespace

Held::Held(Runner &runner, Command command, std::string input)
    : thread_([this, &runner, command = std::move(command), input = std::move(input)] {
          Outcome outcome;
          try {
              outcome = runner.run(command, {.input = feed(input),
                                             .hold_input_open = true,
                                             .release_input = [this] { return over_.load(); },
                                             .on_output =
                                                 [this](std::string_view text) {
                                                     std::lock_guard lock(mutex_);
                                                     said_ += text;
                                                     changed_.notify_all();
                                                 }});
          } catch (const std::exception &error) {
              outcome = {.kind = Outcome::Kind::not_started, .err = error.what()};
          }
          std::lock_guard lock(mutex_);
          ended_ = true;
          outcome_ = std::move(outcome);
          changed_.notify_all();
      }) {}

Held::~Held() {
    release();
}

bool Held::ready() {
    std::unique_lock lock(mutex_);
    auto said_line = [this] { return said_.find('\n') != std::string::npos; };
    changed_.wait(lock, [&] { return ended_ || said_line(); });
    return said_line();
}

bool Held::ended() {
    std::lock_guard lock(mutex_);
    return ended_;
}

const Outcome &Held::release() {
    over_ = true;
    if (thread_.joinable())
        thread_.join();
    return outcome_;
}

} // namespace berth::process
