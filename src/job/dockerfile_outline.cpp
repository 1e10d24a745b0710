// SPDX-License-Identifier: Apache-2.0
#include "berth/job/dockerfile_outline.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>

namespace berth::job {

namespace {

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (auto &word : split(replace_all(std::string(line), "\t", " "), ' '))
        if (!word.empty())
            words.push_back(std::move(word));
    return words;
}

// Instructions: lines joined at a trailing backslash, without comments.
std::vector<std::string> instructions(std::string_view text) {
    std::vector<std::string> result;
    std::string current;
    for (const auto &line : split(text, '\n')) {
        auto trimmed = trim(line);
        if (trimmed.empty() || trimmed.front() == '#')
            continue;
        bool goes_on = trimmed.back() == '\\';
        if (goes_on)
            trimmed.remove_suffix(1);
        current += std::string(trimmed) + " ";
        if (!goes_on) {
            result.push_back(std::move(current));
            current.clear();
        }
    }
    return result;
}

constexpr const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr const char *name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

// BuildKit's grammar of a stage's name.
bool is_stage_name(const std::string &name) {
    return name.find_first_of(letters) == 0 &&
           name.find_first_not_of(name_characters) == std::string::npos;
}

// A variable's name that no shell takes for anything else.
bool is_argument_name(const std::string &name) {
    return (name.find_first_of(letters) == 0 || name.starts_with('_')) &&
           name.find_first_not_of(name_characters) == std::string::npos;
}

void add_stage(DockerfileOutline &outline, const std::vector<std::string> &words) {
    constexpr std::string_view platform = "--platform=";
    std::string fixed;
    std::size_t base = 1;
    for (; base < words.size() && words[base].starts_with("--"); ++base)
        if (words[base].starts_with(platform))
            fixed = words[base].substr(platform.size());
    if (base < words.size()) {
        outline.images.push_back(words[base]);
        if (!fixed.empty())
            outline.platforms[words[base]] = fixed;
    }
    if (base + 2 < words.size() && lower(words[base + 1]) == "as" && is_stage_name(words[base + 2]))
        outline.stages.push_back({.name = words[base + 2], .base = words[base]});
}

void add_copied(DockerfileOutline &outline, const std::vector<std::string> &words) {
    constexpr std::string_view flag = "--from=";
    for (std::size_t i = 1; i < words.size() && words[i].starts_with("--"); ++i)
        if (words[i].starts_with(flag))
            outline.images.push_back(words[i].substr(flag.size()));
}

void add_arguments(DockerfileOutline &outline, const std::vector<std::string> &words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        auto equals = words[i].find('=');
        auto name = words[i].substr(0, equals);
        bool known = std::any_of(outline.arguments.begin(), outline.arguments.end(),
                                 [&](const auto &argument) { return argument.name == name; });
        if (!known && is_argument_name(name))
            outline.arguments.push_back(
                {.name = name,
                 .value = equals == std::string::npos ? "" : words[i].substr(equals + 1)});
    }
}

} // namespace

DockerfileOutline read_outline(std::string_view dockerfile) {
    DockerfileOutline outline;
    for (const auto &instruction : instructions(dockerfile)) {
        auto words = words_of(instruction);
        if (words.empty())
            continue;
        auto keyword = lower(words.front());
        if (keyword == "from")
            add_stage(outline, words);
        else if (keyword == "arg")
            add_arguments(outline, words);
        else if (keyword == "copy")
            add_copied(outline, words);
    }
    return outline;
}

DockerfileOutline outline_of(const std::filesystem::path &file) {
    try {
        std::error_code none;
        if (std::filesystem::is_regular_file(file, none))
            return read_outline(read_file(file, std::size_t{1} << 20));
    } catch (const Error &) { // nothing to offer
    }
    return {};
}

} // namespace berth::job
