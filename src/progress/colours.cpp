// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/colours.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace berth::progress {

namespace {

std::optional<std::string> code_of_name(std::string_view name) {
    constexpr std::array names = {"black", "red",     "green", "yellow",
                                  "blue",  "magenta", "cyan",  "white"};
    constexpr std::string_view light = "light-";
    if (name == "default")
        return "39";
    int first = 30;
    if (name.starts_with(light)) {
        first = 90;
        name.remove_prefix(light.size());
    }
    for (std::size_t i = 0; i < names.size(); ++i)
        if (name == names[i])
            return std::to_string(first + static_cast<int>(i));
    return std::nullopt;
}

// The cube of 6 × 6 × 6 among a terminal's 256 colours.
std::optional<std::string> code_of_mixture(std::string_view text) {
    auto parts = split(text, ',');
    if (parts.size() != 3)
        return std::nullopt;
    long long code = 0;
    for (const auto &part : parts) {
        auto value = parse_integer(part);
        if (!value || *value < 0 || *value > 255)
            return std::nullopt;
        code = code * 6 + *value * 6 / 256;
    }
    return fmt::format("38;5;{}", 16 + code);
}

} // namespace

ChosenColours choose_colours(std::string_view text) {
    ChosenColours chosen;
    struct Key {
        const char *name;
        std::string &code;
    };
    auto &colours = chosen.colours;
    for (const auto &part : split(text, ':')) {
        if (part.empty())
            continue;
        auto equals = part.find('=');
        auto name = lower(part.substr(0, equals));
        auto value = equals == std::string::npos ? "" : lower(part.substr(equals + 1));
        auto code = code_of_name(value);
        if (!code)
            code = code_of_mixture(value);
        std::string *target = nullptr;
        for (const auto &key : {Key{"run", colours.run}, Key{"cancel", colours.cancel},
                                Key{"warning", colours.warning}, Key{"error", colours.error}})
            if (name == key.name)
                target = &key.code;
        if (target && code)
            *target = *code;
        else if (!target)
            chosen.problems.push_back(
                fmt::format("BUILDKIT_COLORS: '{}' is not KEY=COLOUR with the key run, cancel, "
                            "warning or error",
                            printable(part)));
        else
            chosen.problems.push_back(
                fmt::format("BUILDKIT_COLORS: '{}' is not a colour, write a name (light-blue) or "
                            "three numbers up to 255 (255,165,0)",
                            printable(value)));
    }
    return chosen;
}

} // namespace berth::progress
