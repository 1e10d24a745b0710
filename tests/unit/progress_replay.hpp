// SPDX-License-Identifier: Apache-2.0
// Plays a recorded rawjson stream into a display with a simulated clock.
#pragma once

#include "berth/progress/display.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "parse_solve_status.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace berth::progress {

struct TestClock {
    Time now = Time(std::chrono::hours(24 * 365 * 50));
    std::function<Time()> function() {
        return [this] { return now; };
    }
};

struct Recording {
    std::string stream; // rawjson
    std::string plain;  // its output of `buildctl debug logs --progress=plain`
    // The time of each line of the stream, in milliseconds; empty: all at once.
    std::vector<std::chrono::milliseconds> times;

    // tests/data/progress/NAME.{rawjson,plain,times}
    static Recording load(const std::string &name) {
        auto base = std::string(BERTH_TEST_DATA) + "/data/progress/" + name;
        Recording recording{read_file(base + ".rawjson"), read_file(base + ".plain"), {}};
        for (auto &line : split(read_file_if_exists(base + ".times").value_or(""), '\n'))
            if (auto time = parse_integer(line))
                recording.times.emplace_back(*time);
        return recording;
    }
};

inline void replay(const Recording &recording, Display &display, TestClock &clock) {
    using namespace std::chrono_literals;
    auto start = clock.now;
    auto lines = split(recording.stream, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto then = i < recording.times.size() ? start + recording.times[i] : clock.now;
        for (; clock.now + 50ms < then; display.tick(clock.now))
            clock.now += 50ms;
        clock.now = then;
        if (auto status = parse_solve_status(lines[i]))
            display.update(*status);
    }
    display.finish();
}

} // namespace berth::progress
