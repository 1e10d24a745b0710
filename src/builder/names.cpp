// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/create.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::builder {

namespace {

constexpr std::array first_words = {
    "able",  "bold",   "brave", "bright", "brisk",  "calm",   "clear", "deft",  "eager",  "early",
    "fair",  "firm",   "fleet", "frank",  "gentle", "glad",   "grand", "hardy", "keen",   "kind",
    "level", "lively", "loyal", "mellow", "mild",   "nimble", "noble", "plain", "prompt", "proud",
    "quick", "quiet",  "ready", "sharp",  "steady", "still",  "sunny", "swift", "true",   "warm"};
constexpr std::array second_words = {
    "anchor", "ballast", "barge",   "beacon",  "bollard",  "bosun",  "bowline", "breeze",
    "buoy",   "capstan", "compass", "cutter",  "davit",    "dock",   "dory",    "ferry",
    "fender", "galley",  "gull",    "halyard", "harbour",  "hawser", "hull",    "keel",
    "ketch",  "lantern", "ledge",   "mast",    "mooring",  "oar",    "pier",    "pilot",
    "quay",   "rigging", "rudder",  "sail",    "schooner", "sloop",  "tiller",  "windlass"};

} // namespace

std::string generated_name(const store::Store &store) {
    for (int tries = 0; tries < 1000; ++tries) {
        auto random = static_cast<std::size_t>(std::stoul(random_hex(8), nullptr, 16));
        auto name = fmt::format("{}_{}", first_words[random % first_words.size()],
                                second_words[random / first_words.size() % second_words.size()]);
        if (!store.find(name))
            return name;
    }
    throw usage_error("cannot find a free builder name", "add --name NAME");
}

std::vector<std::string> split_words(const std::string &text) {
    std::vector<std::string> words;
    bool in_word = false;
    char quote = 0;
    auto add = [&](char c) {
        if (!in_word)
            words.emplace_back();
        in_word = true;
        if (c != 0)
            words.back() += c;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '\\' && quote != '\'' && i + 1 < text.size())
            add(text[++i]);
        else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
            add(0);
        } else if (c == quote)
            quote = 0;
        else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n'))
            in_word = false;
        else
            add(c);
    }
    if (quote != 0)
        throw usage_error(fmt::format("'{}': a quote is not closed", printable(text)),
                          "check --buildkitd-flags");
    return words;
}

} // namespace berth::builder
