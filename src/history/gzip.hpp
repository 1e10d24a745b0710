// SPDX-License-Identifier: Apache-2.0
// A gzip stream, written piece by piece.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace berth::history {

class Gzip {
  public:
    // `write` receives the compressed bytes.
    explicit Gzip(std::function<void(std::string_view)> write);
    ~Gzip();
    Gzip(const Gzip &) = delete;
    Gzip &operator=(const Gzip &) = delete;

    void add(std::string_view bytes);
    void finish();

  private:
    struct State;
    void run(std::string_view bytes, int flush);

    std::function<void(std::string_view)> write_;
    std::unique_ptr<State> state_;
};

} // namespace berth::history
