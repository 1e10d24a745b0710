// SPDX-License-Identifier: Apache-2.0
// Random choices that a seed fixes, on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace berth::test {

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t limit) { return engine_() % limit; }
    bool one_in(std::size_t count) { return below(count) == 0; }
    template<class T>
    const T &pick(const std::vector<T> &from) {
        return from[below(from.size())];
    }
    // Bytes that no other file has, for 8 or more.
    std::string bytes(std::size_t size) {
        std::string text(size, '\0');
        for (auto &byte : text)
            byte = static_cast<char>(engine_());
        return text;
    }

  private:
    std::mt19937_64 engine_;
};

} // namespace berth::test
