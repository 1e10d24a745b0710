// SPDX-License-Identifier: Apache-2.0
// One picture of a running build, as lines that fit a terminal:
//     [+] Building 1.2s (5/8)                          docker-container:b
//      => [1/3] FROM docker.io/library/busybox                       0.1s
//      => [2/3] RUN make                                             0.9s
//      => => # cc -c main.c
#pragma once

#include "berth/progress/display.hpp"

#include "trace.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace berth::progress {

struct FrameOptions {
    TerminalSize size;
    bool colour = false;
    Colours colours = {};
    int log_lines = 6;   // at most, of a running step's log
    std::string builder; // at the right of the first line
    Time now;
    // The last picture: all steps regardless of the height, no running logs.
    bool last = false;
};

// How often a step's log was shown, so that it stays visible.
using LogShown = std::unordered_map<const Step *, std::size_t>;

// Lines without their newlines; each fits into the width, all but the last picture into the height.
std::vector<std::string> make_frame(const Trace &trace, const FrameOptions &options,
                                    LogShown &log_shown);

} // namespace berth::progress
