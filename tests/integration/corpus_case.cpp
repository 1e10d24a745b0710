// SPDX-License-Identifier: Apache-2.0
#include "corpus_case.hpp"

#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "corpus_files.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

namespace berth::test {

namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

std::vector<std::regex> masks(const CorpusCase &test) {
    std::vector<std::regex> all;
    if (auto text = read_file_if_exists(test.folder / "mask"))
        for (const auto &line : split(*text, '\n'))
            if (!line.empty() && line.front() != '#')
                all.emplace_back(line);
    return all;
}

// Standard error without the progress of steps: errors, excerpts, warnings. Warnings come in any
// order; docker buildx colours their heading on a pipe, too.
Lines messages(const std::string &text, bool failed) {
    static const std::regex step("#[0-9]+ .*"), colour("\x1b\\[[0-9;]*m");
    static const std::regex ids("ref [a-z0-9]+::[a-z0-9]+");
    // Go's library sometimes writes this when a connection in use ends.
    static const std::regex chatter(R"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d http2: .*)");
    Lines lines;
    for (auto line : split(std::regex_replace(without_times(text), colour, ""), '\n')) {
        // Whether a failed build gets the warning about its missing output depends on where it
        // failed.
        bool aside = failed && line.starts_with("WARNING: No output specified");
        if (!line.empty() && !aside && !std::regex_match(line, step) &&
            !std::regex_match(line, chatter))
            lines.push_back(std::regex_replace(line, ids, "ref ID"));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const auto &a, const auto &b) {
        return a.starts_with(" - ") && b.starts_with(" - ") && a < b;
    });
    return lines;
}

// Whether it is docker buildx's error, followed by a hint.
bool adds_advice(const std::string &ours, const std::string &theirs) {
    return theirs.starts_with("ERROR: ") && ours.starts_with(theirs + "; ");
}

// The drawn steps of the Dockerfile, without their results. A step's number depends on which of two
// parallel steps is reported first.
Lines steps(const std::string &text) {
    static const std::regex step(R"(#[0-9]+ (\[[^i].*))"); // not [internal]
    std::set<std::string> names;
    std::smatch found;
    for (const auto &line : split(text, '\n'))
        if (std::regex_match(line, found, step))
            names.insert(found[1]);
    return {names.begin(), names.end()};
}

Lines image(const std::string &tag) {
    auto found = inspect(tag);
    if (found.is_null())
        return {"none"};
    Lines lines = {"Id: " + found.at("Id").get<std::string>()};
    for (const auto *part : {"Config", "RootFS", "Architecture", "Created"}) {
        const auto leaves = found.value(part, nlohmann::json()).flatten();
        for (const auto &[path, value] : leaves.items())
            lines.push_back(part + path + ": " + value.dump());
    }
    return lines;
}

} // namespace

std::vector<CorpusCase> corpus_cases() {
    std::vector<CorpusCase> all;
    for (const auto &entry : fs::directory_iterator(fs::path(BERTH_TEST_DATA) / "corpus")) {
        if (!fs::exists(entry.path() / "command")) // bake/ has cases of its own
            continue;
        CorpusCase test{entry.path().filename(), entry.path(), {}};
        if (auto text = read_file_if_exists(entry.path() / "expected-difference"))
            for (const auto &line : split(*text, '\n')) {
                auto colon = line.find(": ");
                if (colon != std::string::npos)
                    test.expected_differences[line.substr(0, colon)] = line.substr(colon + 2);
                else if (!line.empty())
                    throw std::runtime_error(test.name +
                                             "/expected-difference: no `ASPECT: ROW`: " + line);
            }
        all.push_back(std::move(test));
    }
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.name < b.name; });
    return all;
}

Observation run_corpus_case(const CorpusCase &test, const fs::path &work,
                            const CorpusSurroundings &surroundings) {
    for (const auto &old : {work.string(), surroundings.site})
        fs::remove_all(old);
    fs::create_directories(surroundings.site);
    auto bin = work.parent_path() / "bin";
    fs::create_directories(bin);
    run({"cp", "-a", test.folder.string(), work.string()});
    auto script = bin / "build";
    write_file_atomically(script, "#!/bin/sh\nexec " + shell_quote(surroundings.program) +
                                      " build --builder " + shell_quote(surroundings.builder) +
                                      " \"$@\"\n");
    fs::permissions(script, fs::perms::owner_all);
    auto variables = surroundings.variables;
    variables["PATH"] = bin.string() + ":" + std::getenv("PATH");
    variables["TAG"] = surroundings.tag;
    variables["SITE"] = surroundings.site;
    variables["URL"] = surroundings.site_address;
    variables["REGISTRY"] = registry();
    fs::create_directory(work / "out");
    auto shell = [&](const char *file) {
        return run({"sh", "-c",
                    "cd " + shell_quote(work.string()) + " && umask 022 && exec sh -eu ./" + file},
                   variables);
    };
    if (fs::exists(work / "setup")) {
        auto made = shell("setup");
        if (made.code != 0)
            throw std::runtime_error(test.name + "/setup: " + made.err);
    }
    auto result = shell("command");
    Observation seen;
    seen["exit code"] = {std::to_string(result.code)};
    seen["standard output"] = split(printable(result.out, true), '\n');
    seen["messages"] = messages(result.err, result.code != 0);
    seen["steps"] = steps(result.err);
    seen["image"] = image(surroundings.tag);
    seen["files"] = files_below(work / "out");
    for (auto &[aspect, lines] : seen)
        for (auto &line : lines)
            for (const auto &mask : masks(test))
                line = std::regex_replace(line, mask, "…");
    docker({"image", "rm", "--force", surroundings.tag});
    return seen;
}

std::map<std::string, std::string> corpus_differences(const Observation &ours,
                                                      const Observation &theirs) {
    std::map<std::string, std::string> found;
    for (auto [aspect, lines] : ours) {
        const auto &others = theirs.at(aspect);
        for (std::size_t i = 0; i < std::min(lines.size(), others.size()); ++i)
            if (adds_advice(lines[i], others[i]))
                lines[i] = others[i];
        if (lines == others)
            continue;
        auto &text = found[aspect];
        for (const auto &line : lines)
            if (std::find(others.begin(), others.end(), line) == others.end())
                text += "  berth alone: " + line + "\n";
        for (const auto &line : others)
            if (std::find(lines.begin(), lines.end(), line) == lines.end())
                text += "  peer alone:  " + line + "\n";
        if (text.empty())
            text = "  the same lines in another order or number:\n" + join(lines, "\n") +
                   "\n  ----\n" + join(others, "\n") + "\n";
    }
    return found;
}

} // namespace berth::test
