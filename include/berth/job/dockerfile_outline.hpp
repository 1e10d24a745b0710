// SPDX-License-Identifier: Apache-2.0
// Names in a Dockerfile, read without BuildKit. For completion, so it guesses rather than fails.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::job {

struct DockerfileOutline {
    struct Stage {
        std::string name, base;
    };
    struct Argument {
        std::string name, value; // the default value, unexpanded; may be empty
    };
    std::vector<Stage> stages = {};       // those with a name
    std::vector<Argument> arguments = {}; // each name once
    // The operands of FROM and --from, unexpanded: images, stages, numbers.
    std::vector<std::string> images = {};
    std::map<std::string, std::string> platforms = {}; // of images whose FROM has --platform
};

DockerfileOutline read_outline(std::string_view dockerfile);
// The outline of a file; empty if the file cannot be read.
DockerfileOutline outline_of(const std::filesystem::path &file);

} // namespace berth::job
