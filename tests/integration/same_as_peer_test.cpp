// SPDX-License-Identifier: Apache-2.0
// Builds by berth and docker buildx on one builder: same image IDs, same log, same files.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <algorithm>
#include <regex>
#include <sys/stat.h>

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SameAsPeerTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("same");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static std::vector<std::string> build(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"build", "--builder", builder});
        return arguments;
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

// References of the builder's own inner objects.
std::string without_ids(const std::string &text) {
    static const std::regex ids("ref [a-z0-9]+::[a-z0-9]+");
    return std::regex_replace(text, ids, "ref ID");
}

struct Case {
    const char *name, *dockerfile;
    std::vector<std::string> options = {};
};

const std::vector<Case> &cases() {
    static const std::vector<Case> all = {
        {"scratch", "FROM scratch\nCOPY a.txt /\n"},
        {"run", "FROM busybox\nRUN echo built >/file && mkdir -p /x/y\n"},
        {"stages",
         "FROM busybox AS one\nRUN echo one >/one\nFROM busybox\nCOPY --from=one /one /\n"},
        {"whole_context", "FROM scratch\nCOPY . /all/\n"},
        {"metadata", "FROM busybox\nENV A=b C=\"d e\"\nLABEL x=y\nEXPOSE 80\nUSER nobody\n"
                     "WORKDIR /w\nVOLUME /v\nENTRYPOINT [\"sh\"]\nCMD [\"-c\", \"id\"]\n"},
        {"arguments",
         "FROM busybox\nARG WHO=nobody\nRUN echo $WHO >/who\n",
         {"--build-arg", "WHO=me", "--label", "from=test"}},
        {"target",
         "FROM busybox AS wanted\nRUN echo w >/w\nFROM wanted\nRUN echo x >/x\n",
         {"--target", "wanted"}},
        {"add", "FROM busybox\nADD archive.tar /unpacked/\nADD a.txt /renamed.txt\n"},
        {"modes", "FROM busybox\nCOPY --chown=7:8 --chmod=741 a.txt /a\nCOPY script.sh /\n"},
        {"heredoc", "FROM busybox\nCOPY <<EOF /made\nline $HOME\nEOF\nRUN <<EOF\necho a >/a\n"
                    "echo b >/b\nEOF\n"},
        {"link", "FROM busybox\nCOPY --link a.txt dir /linked/\n"},
        {"mounts", "FROM busybox\nRUN --mount=type=cache,target=/c echo c >/c/x && cp /c/x /y\n"
                   "RUN --mount=type=bind,target=/ctx cp /ctx/a.txt /z\n"},
        {"platform", "FROM scratch\nCOPY a.txt /\n", {"--platform", "linux/arm64"}},
        {"host",
         "FROM busybox\nRUN cat /etc/hosts | grep 1.2.3.4 >/hosts\n",
         {"--add-host", "other:1.2.3.4"}},
        {"onbuild", "FROM busybox\nONBUILD RUN echo later\nHEALTHCHECK CMD true\nSTOPSIGNAL 9\n"},
    };
    return all;
}

void fill_context(World &world, const Case &test) {
    auto folder = std::string(test.name) + "/";
    world.write(folder + "Dockerfile", test.dockerfile);
    world.write(folder + "a.txt", "a\n");
    world.write(folder + "script.sh", "#!/bin/sh\necho hi\n", 0755);
    world.write(folder + "dir/sub/b.txt", "b\n", 0600);
    world.write(folder + "dir/ümlaut name", "odd\n");
    run({"ln", "-sf", "a.txt", world.folder(test.name) + "/link"});
    run({"ln", "-f", world.folder(test.name) + "/a.txt", world.folder(test.name) + "/hard"});
    run({"mkdir", "-p", world.folder(test.name) + "/empty"});
    run({"tar", "-C", world.folder(test.name), "-cf", world.folder(test.name) + "/archive.tar",
         "script.sh"});
}

TEST_F(SameAsPeerTest, LoadedImagesHaveTheSameId) {
    bool ours_first = true;
    for (const auto &test : cases()) {
        fill_context(*world, test);
        auto ours = world->image(std::string(test.name) + "-ours");
        auto theirs = world->image(std::string(test.name) + "-theirs");
        auto build_one = [&](bool berth) {
            auto arguments =
                build({"--load", "-t", berth ? ours : theirs, world->folder(test.name)});
            arguments.insert(arguments.end() - 1, test.options.begin(), test.options.end());
            auto result = berth ? world->berth(arguments) : world->peer(arguments);
            EXPECT_EQ(result.code, 0) << test.name << "\n" << result.err;
        };
        build_one(ours_first);
        build_one(!ours_first);
        ours_first = !ours_first;
        EXPECT_EQ(image_id(ours), image_id(theirs)) << test.name;
        EXPECT_THAT(image_id(ours), HasSubstr("sha256:")) << test.name;
    }
}

// Layers built from scratch by each, on a builder of its own, so that no cache makes them equal.
TEST_F(SameAsPeerTest, SentContextsAreIdentical) {
    Case test{"bits", "FROM scratch\nCOPY . /\n"};
    fill_context(*world, test);
    world->write("bits/setuid", "s", 04755);
    ::chmod(world->folder("bits/empty").c_str(), 01777);
    auto other = world->builder("bits");
    auto ours = world->image("bits-ours"), theirs = world->image("bits-theirs");
    ASSERT_EQ(world->berth(build({"--load", "-t", ours, world->folder("bits")})).code, 0);
    ASSERT_EQ(
        world->peer({"build", "--builder", other, "--load", "-t", theirs, world->folder("bits")})
            .code,
        0);
    auto layers = [](const std::string &image) {
        return docker({"image", "inspect", "--format", "{{json .RootFS.Layers}}", image}).out;
    };
    EXPECT_EQ(layers(ours), layers(theirs));
    EXPECT_EQ(world->berth({"rm", other}).code, 0);
}

TEST_F(SameAsPeerTest, IgnoresTheSameFiles) {
    for (const auto *rules : {"*\n!a.txt\n", "dir\n!dir/sub/b.txt\n", "**/*.txt\n", "dir/*\n",
                              "/a.txt\n# b\n\n./link\n", "*\n!*/\n!dir/**\n", "[ab].txt\n", "."}) {
        Case test{"ignore", "FROM scratch\nCOPY . /\n"};
        fill_context(*world, test);
        world->write("ignore/.dockerignore", rules);
        auto ours = world->berth(build({"-o", "-", world->folder("ignore")}));
        auto theirs = world->peer(build({"-o", "type=tar,dest=-", world->folder("ignore")}));
        ASSERT_EQ(ours.code, 0) << ours.err;
        ASSERT_EQ(theirs.code, 0) << theirs.err;
        EXPECT_EQ(run({"tar", "tvf", "-"}, {}, ours.out).out,
                  run({"tar", "tvf", "-"}, {}, theirs.out).out)
            << rules;
    }
}

TEST_F(SameAsPeerTest, AFailedBuildPrintsTheSame) {
    world->write("fails/Dockerfile", "FROM busybox\nRUN echo one\n"
                                     "RUN echo out && sleep 0.2 && echo err >&2 && exit 3\n");
    auto ours = world->berth(build({world->folder("fails")}));
    auto theirs = world->peer(build({world->folder("fails")}));
    EXPECT_EQ(ours.code, 1);
    EXPECT_EQ(theirs.code, 1);
    // From the failing step to the end; the steps before come in any order.
    auto tail = [](const std::string &text) {
        return without_times(text.substr(std::min(text.find("[3/3] RUN"), text.size())));
    };
    EXPECT_EQ(tail(ours.err), tail(theirs.err));
    EXPECT_THAT(ours.err,
                HasSubstr("ERROR: failed to build: failed to solve: process \"/bin/sh -c "
                          "echo out && sleep 0.2 && echo err >&2 && exit 3\" did not complete "
                          "successfully: exit code: 3\n"));
}

TEST_F(SameAsPeerTest, ACachedBuildPrintsTheSame) {
    world->write("cached/Dockerfile", "FROM busybox\nRUN echo cached >/c\nRUN echo again >/d\n"
                                      "CMD [\"true\"]\n");
    ASSERT_EQ(world->peer(build({world->folder("cached")})).code, 0);
    // A step that takes its time on a busy machine is drawn more than once by either program: no
    // log of five may differ from the other's for another reason.
    std::string ours, theirs;
    for (int i = 0; i < 5 && (ours.empty() || ours != theirs); ++i) {
        ours = without_times(world->berth(build({world->folder("cached")})).err);
        theirs = without_times(world->peer(build({world->folder("cached")})).err);
    }
    EXPECT_EQ(ours, theirs);
}

TEST_F(SameAsPeerTest, WarningsAreSummedUpAtTheEnd) {
    world->write("warns/Dockerfile", "FROM busybox as lower\nCMD echo shell form\n");
    auto ours = world->berth(build({world->folder("warns")}));
    auto theirs = world->peer(build({world->folder("warns")}));
    auto summary = [](std::string text) {
        for (const auto *colour : {"\x1b[33m", "\x1b[0m"})
            text = replace_all(text, colour, "");
        auto found = text.substr(std::min(text.find("2 warnings found"), text.size()));
        auto lines = split(found, '\n');
        std::sort(lines.begin(), lines.end()); // BuildKit reports them in either order
        return lines;
    };
    EXPECT_THAT(ours.err, HasSubstr("2 warnings found"));
    EXPECT_EQ(summary(ours.err), summary(theirs.err));
}

TEST_F(SameAsPeerTest, CacheonlyExportsNothingWithoutAWarning) {
    world->write("nowhere/Dockerfile", "FROM busybox\nCMD [\"true\"]\n");
    auto arguments = build({world->folder("nowhere"), "--output", "type=cacheonly"});
    for (const auto &result : {world->berth(arguments), world->peer(arguments)}) {
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_THAT(result.err, Not(HasSubstr("WARNING")));
        EXPECT_THAT(result.err, Not(HasSubstr("exporting")));
    }
}

TEST_F(SameAsPeerTest, ErrorsOfTheFrontendAreTheSame) {
    struct Failure {
        const char *name, *dockerfile;
        std::vector<std::string> options;
        const char *hint = ""; // of berth, behind the error
    };
    for (const auto &[name, dockerfile, options, hint] :
         {Failure{"syntax", "FROM busybox\nNOSUCH thing\n", {}},
          Failure{"no-target", "FROM busybox\n", {"--target", "nosuch"}},
          Failure{"no-file", "FROM busybox\nCOPY nosuch /\n", {}},
          Failure{"no-image",
                  "FROM 127.0.0.1:1/nosuch/image\n",
                  {},
                  "; in a builder, localhost is its own container; `berth create --driver-opt "
                  "network=host` creates one in the engine's network"},
          Failure{"empty", "\n", {}}}) {
        world->write(std::string(name) + "/Dockerfile", dockerfile);
        auto arguments = build({world->folder(name)});
        arguments.insert(arguments.end() - 1, options.begin(), options.end());
        auto ours = world->berth(arguments), theirs = world->peer(arguments);
        EXPECT_EQ(ours.code, theirs.code) << name;
        auto error_line = [](const std::string &text) {
            auto at = text.find("\nERROR: ");
            return at == std::string::npos ? text : text.substr(at);
        };
        auto expected = std::string(trim(error_line(without_ids(theirs.err)))) + hint;
        EXPECT_EQ(trim(error_line(without_ids(ours.err))), expected) << name;
    }
}

} // namespace
} // namespace berth::test
