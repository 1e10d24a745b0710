// SPDX-License-Identifier: Apache-2.0
// Plays a recorded build on the display that `berth build` would choose.
//
//     display_player DIRECTORY PROGRESS BUILDER
//
// Shows the lines of DIRECTORY/first (rawjson), waits for the file DIRECTORY/go, shows
// DIRECTORY/rest, and ends as a build does: with the error in DIRECTORY/error, unless that is
// empty.
#include "berth/job/build_failure.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/environment.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "unit/parse_solve_status.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace {

using namespace berth;

// Like src/cli/build.cpp.
progress::DisplayOptions display_options(const std::string &builder) {
    auto environment = Environment::of_process();
    bool terminal = ::isatty(STDERR_FILENO) == 1;
    bool colour = terminal && environment.get("NO_COLOR").empty();
    return {.builder_line =
                "building with \"" + builder + "\" instance using docker-container driver",
            .builder_name = "docker-container:" + builder,
            .terminal = terminal,
            .colour = colour,
            .colours = colour ? progress::choose_colours(environment.get("BUILDKIT_COLORS")).colours
                              : progress::Colours(),
            .size = [] {
                return progress::terminal_size(STDERR_FILENO).value_or(progress::TerminalSize());
            }};
}

void show(progress::Display &display, const std::filesystem::path &file) {
    for (const auto &line : split(read_file(file), '\n'))
        if (auto status = progress::parse_solve_status(line))
            display.update(*status);
}

int play(const std::filesystem::path &directory, const std::string &progress,
         const std::string &builder) {
    auto options = display_options(builder);
    auto display = progress::make_display(progress::parse_mode(progress), std::cerr, options);
    show(*display, directory / "first");
    while (!std::filesystem::exists(directory / "go"))
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    show(*display, directory / "rest");
    display->finish();
    progress::print_warnings(std::cerr, display->warnings(), options.colour, false);
    auto error = read_file(directory / "error");
    if (error.empty())
        return 0;
    auto failure = job::failure_of_status({.code = buildkit::StatusCode::unknown, .message = error},
                                          false, {}, {});
    std::cerr << failure.excerpt << "ERROR: " << failure.error.what() << '\n' << std::flush;
    return static_cast<int>(failure.error.code());
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: display_player DIRECTORY PROGRESS BUILDER\n";
        return 2;
    }
    try {
        return play(argv[1], argv[2], argv[3]);
    } catch (const std::exception &error) {
        std::cerr << "display_player: " << error.what() << '\n';
        return 1;
    }
}
