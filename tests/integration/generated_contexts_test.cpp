// SPDX-License-Identifier: Apache-2.0
// Random contexts, built by berth and by docker buildx on one builder: the results are the same,
// entry by entry, and so are the errors. dev/compare-contexts runs more of them.
#include "berth/util/strings.hpp"

#include "corpus_files.hpp"
#include "generated_case.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <regex>

namespace berth::test {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

std::uint64_t number_of(const char *variable, std::uint64_t otherwise) {
    const char *text = std::getenv(variable);
    return text == nullptr || *text == '\0' ? otherwise : std::stoull(text);
}

struct Seen {
    int code = 0;
    std::string error;
    Lines files;
};

std::string error_of(const std::string &text) {
    static const std::regex ids("ref [a-z0-9]+::[a-z0-9]+");
    static const std::regex mounted("/var/lib/buildkit/[^ ]*/(buildkit[0-9]+|fs)/");
    for (const auto &line : split(text, '\n'))
        if (line.starts_with("ERROR: "))
            return std::regex_replace(std::regex_replace(line, ids, "ref ID"), mounted, "ROOT/");
    return {};
}

// Why the errors of a build that fails with both may differ; else "".
std::string reason_to_differ(const Seen &ours, const Seen &theirs) {
    if (ours.code == 0 || theirs.code == 0)
        return {};
    if (ours.error.find("dockerignore:") != std::string::npos)
        return "berth names the line of a bad pattern before the build begins";
    if (ours.error.find("invalid include patterns: malformed pattern") != std::string::npos &&
        theirs.error.find("invalid includepatterns: ") != std::string::npos)
        return "a client words the error of a bad pattern of COPY itself";
    static const std::regex step(
        "(failed to calculate checksum of ref ID: |lstat |cannot replace to directory ).*");
    if (std::regex_replace(ours.error, step, "$1") == std::regex_replace(theirs.error, step, "$1"))
        return "several steps fail at once, and either may be the first";
    return {};
}

bool same_error(const Seen &ours, const Seen &theirs) {
    return ours.error == theirs.error || ours.error.starts_with(theirs.error + "; ");
}

bool both_fail_otherwise(const Seen &ours, const Seen &theirs) {
    return ours.code != 0 && theirs.code != 0 && !same_error(ours, theirs) &&
           reason_to_differ(ours, theirs).empty();
}

std::string differences(const Seen &ours, const Seen &theirs) {
    std::string text;
    if (ours.code != theirs.code || !same_error(ours, theirs))
        text = fmt::format("  berth {} {}\n  buildx {} {}\n", ours.code, ours.error, theirs.code,
                           theirs.error);
    if (ours.code != 0 || theirs.code != 0)
        return text;
    Lines only;
    std::set_difference(ours.files.begin(), ours.files.end(), theirs.files.begin(),
                        theirs.files.end(), std::back_inserter(only));
    for (const auto &line : only)
        text += "  berth  " + line + "\n";
    only.clear();
    std::set_difference(theirs.files.begin(), theirs.files.end(), ours.files.begin(),
                        ours.files.end(), std::back_inserter(only));
    for (const auto &line : only)
        text += "  buildx " + line + "\n";
    return text;
}

class GeneratedContextsTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.builder("generated");
    std::size_t builds = 0, built = 0, differed = 0;

    // Returns whether the case is the same for both.
    bool try_seed(std::uint64_t seed) {
        auto directory = world.path() / fmt::format("s{}", seed);
        fs::create_directory(directory);
        GeneratedCase test(directory, seed);
        std::string edits;
        bool same = true;
        for (auto count = 2 + test.random().below(2); count > 0 && same; --count) {
            same =
                try_build(test, directory, fmt::format("seed {}\n{}", seed, edits), !edits.empty());
            edits += test.edit();
        }
        if (const char *keep = std::getenv("BERTH_GENERATED_KEEP"); keep != nullptr && !same)
            run({"cp", "-a", directory.string(), keep});
        fs::remove_all(directory);
        return same;
    }

    bool try_build(GeneratedCase &test, const fs::path &directory, const std::string &title,
                   bool edited) {
        auto call = test.invocation();
        bool local = test.random().one_in(6);
        if (test.random().one_in(2))
            call.arguments.insert(call.arguments.begin(), "--no-cache");
        auto ours = build(BERTH_PROGRAM, call, directory / "ours", local);
        auto theirs = build(std::getenv("BERTH_PEER"), call, directory / "theirs", local);
        // Of steps that fail at the same time, either may be reported first, by both programs.
        constexpr int most_repeats = 5;
        for (int i = 0; i < most_repeats && both_fail_otherwise(ours, theirs); ++i)
            (i % 2 == 0 ? theirs : ours) =
                build(i % 2 == 0 ? std::getenv("BERTH_PEER") : BERTH_PROGRAM, call,
                      directory / "again", local);
        ++builds;
        built += ours.code == 0 && theirs.code == 0 ? 1 : 0;
        static const std::regex directory_time("( 4[0-7]{4} .*) @[0-9]+$");
        std::string found;
        for (const auto &[before, now] : test.rewritten()) {
            found += forget(ours, before, now) ? "  berth sent old content " + before + "\n" : "";
            forget(theirs, before, now); // docker buildx compares only size and time
        }
        // In its copy of a context, BuildKit sets the time of a directory whose files change now
        // to the old one, now to the present, whichever of its tasks is the last.
        if (edited)
            for (auto *seen : {&ours, &theirs})
                for (auto &line : seen->files)
                    line = std::regex_replace(line, directory_time, "$1");
        std::sort(ours.files.begin(), ours.files.end());
        std::sort(theirs.files.begin(), theirs.files.end());
        found += differences(ours, theirs);
        if (found.empty() || !reason_to_differ(ours, theirs).empty())
            return true;
        ADD_FAILURE() << title << test.description() << "in " << call.directory << ": build "
                      << join(call.arguments, " ") << "\n"
                      << found;
        return false;
    }

    // Replaces a digest by another; returns whether it was there.
    static bool forget(Seen &seen, const std::string &before, const std::string &now) {
        bool found = false;
        for (auto &line : seen.files)
            if (auto at = line.find(before); at != std::string::npos) {
                line.replace(at, before.size(), now);
                found = true;
            }
        return found;
    }

    Seen build(const std::string &program, const Invocation &call, const fs::path &out,
               bool local) {
        fs::remove_all(out);
        fs::create_directory(out);
        Lines arguments = {"env", "-C", call.directory, program, "build", "--builder", builder};
        arguments.insert(arguments.end(),
                         {"-o", local ? "type=local,dest=" + (out / "o").string()
                                      : "type=tar,dest=" + (out / "o.tar").string()});
        arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
        auto result = run(arguments, world.variables(), call.input);
        return {result.code, error_of(result.err), result.code == 0 ? files_below(out) : Lines()};
    }
};

TEST_F(GeneratedContextsTest, SameAsDockerBuildx) {
    ASSERT_NE(std::getenv("BERTH_PEER"), nullptr) << "export BERTH_PEER=\"$(dev/peer)\"";
    std::setlocale(LC_CTYPE, "C.UTF-8"); // libarchive converts names
    auto first = number_of("BERTH_GENERATED_SEED", 1);
    auto count = number_of("BERTH_GENERATED_COUNT", 24);
    for (auto seed = first; seed < first + count; ++seed)
        differed += try_seed(seed) ? 0 : 1;
    std::printf("%zu builds, %zu built by both, %zu seeds differ\n", builds, built, differed);
    if (count >= 20) { // a few may all fail, as they should
        EXPECT_GT(built, builds / 3) << "most of what is generated should build";
    }
}

} // namespace
} // namespace berth::test
