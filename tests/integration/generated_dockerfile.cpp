// SPDX-License-Identifier: Apache-2.0
#include "generated_dockerfile.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cctype>

namespace berth::test {
namespace {

using Paths = std::vector<std::string>;

std::string some_path(Random &random, const Paths &paths) {
    for (int i = 0; i < 5 && !paths.empty(); ++i) {
        const auto &path = random.pick(paths);
        if (path.find('\xe4') == std::string::npos)
            return path;
    }
    return "a";
}

// In a Dockerfile, $ begins a variable.
std::string without_variables(const std::string &text) {
    std::string result;
    for (char c : text)
        result += c == '$' ? std::string("\\$") : std::string(1, c);
    return result;
}

std::string source(Random &random, const Paths &paths) {
    auto path = some_path(random, paths);
    auto slash = path.rfind('/');
    auto parent = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
        return ".";
    case 3:
        return "*";
    case 4:
        return parent + "*";
    case 5:
        return "/" + path;
    case 6:
        return "./" + path;
    case 7:
        return path + "/";
    case 8:
        return parent + (isascii(path[parent.size()]) ? path.substr(parent.size(), 1) : "?") + "*";
    case 9:
        return "*/" + path.substr(parent.size());
    case 10:
        return random.one_in(2) ? "**/*.txt" : "[a-d]*";
    case 11:
        return random.one_in(4) ? "none" : random.one_in(2) ? "../" + path : path + "/..";
    default:
        return path;
    }
}

std::string flags(Random &random, const Paths &paths, bool add) {
    std::string text;
    if (random.one_in(5))
        text += " --link";
    if (random.one_in(6))
        text += random.one_in(2) ? " --chmod=0751" : " --chmod=u+rwX,go=rX";
    if (random.one_in(6))
        text += " --chown=12:34";
    if (!add && random.one_in(4))
        text += " --parents";
    for (int i = 0; i < 2 && random.one_in(6) && !paths.empty(); ++i) {
        const Paths globs = {"*.txt", "**/a", "a*", "*", "**/*.md", "!a", "src"};
        auto pattern = random.one_in(2) ? random.pick(globs) : some_path(random, paths);
        if (pattern.find_first_of(" $'\"\\") == std::string::npos)
            text += " --exclude=" + pattern;
    }
    return text;
}

std::string copy(Random &random, const Paths &paths, const std::string &from, std::size_t number) {
    auto words = nlohmann::json::array();
    for (auto count = random.one_in(4) ? 2 + random.below(2) : 1; count > 0; --count)
        words.push_back(without_variables(source(random, paths)));
    auto slash = words.size() > 1 || random.one_in(2) ? "/" : "";
    words.push_back(random.one_in(5) ? "/" : fmt::format("/to{}{}", number, slash));
    bool add = from.empty() && random.one_in(4);
    return (add ? "ADD" : "COPY") + from + flags(random, paths, add) + " " + words.dump() + "\n";
}

// A stage that copies what a bind mount shows.
std::string run_step(Random &random, const Paths &paths, const std::string &from) {
    auto path = source(random, paths);
    bool plain = path.find_first_of(" ,$'\"\\*?[") == std::string::npos;
    return fmt::format("FROM busybox AS run\nRUN --mount=type=bind{},source={},target=/m "
                       "mkdir /r && cp -a /m /r/\n",
                       from, plain ? path : ".");
}

} // namespace

std::string generated_dockerfile(Random &random, const Paths &paths, const Paths &named) {
    bool runs = random.one_in(8);
    bool of_named = !named.empty() && random.one_in(2);
    std::string text;
    if (runs)
        text += run_step(random, of_named ? named : paths, of_named ? ",from=other" : "");
    text += "FROM scratch\n";
    for (std::size_t number = 0, count = 1 + random.below(3); number < count; ++number)
        text += !named.empty() && random.one_in(2) ? copy(random, named, " --from=other", number)
                                                   : copy(random, paths, "", number);
    if (runs)
        text += "COPY --from=run /r /r\n";
    return text;
}

std::string generated_ignore_file(Random &random, const Paths &paths) {
    const Paths globs = {"*",      "**",    "**/a",    "**/*.txt", "[a-c]*", "*.md",   "# comment",
                         "",       "src/*", "*/*",     "**/b/**",  "?",      "/a",     "./b",
                         "data/",  "../a",  "  lib  ", ".*",       "[^a]*",  "!",      "!**/*.txt",
                         "a/../b", "*/a",   "[a",      "!*/",      "a\\",    "\\#hash"};
    std::string text = random.one_in(30) ? "\xef\xbb\xbf" : "";
    const auto *end = random.one_in(20) ? "\r\n" : "\n";
    for (auto count = 1 + random.below(5); count > 0; --count) {
        auto line = random.one_in(2) ? random.pick(globs) : some_path(random, paths);
        // A bad pattern ends the build; a few of them are enough.
        if ((line == "[a" || line == "!" || line == "a\\") && !random.one_in(6))
            continue;
        if (random.one_in(3) && !line.empty() && line[0] != '!')
            line = "!" + line;
        else if (random.one_in(6))
            line += random.one_in(2) ? "/**" : "/";
        text += line + end;
    }
    return text;
}

} // namespace berth::test
