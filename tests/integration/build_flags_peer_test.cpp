// SPDX-License-Identifier: Apache-2.0
// Flags of `build` and variables that affect builds, compared with docker buildx on one builder.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <algorithm>

namespace berth::test {
namespace {

using ::testing::HasSubstr;

class BuildFlagsPeerTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("flags");
        world->write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /d\n");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static std::vector<std::string> words(std::vector<std::string> options,
                                          const std::string &folder = "app") {
        options.insert(options.begin(), {"build", "--builder", builder});
        options.push_back(world->folder(folder));
        return options;
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(BuildFlagsPeerTest, TheSameImage) {
    struct Case {
        const char *name, *dockerfile;
        std::vector<std::string> options;
        Variables variables = {};
    };
    for (const auto &one : std::initializer_list<Case>{
             {"epoch", "FROM scratch\nCOPY Dockerfile /d\n", {}, {{"SOURCE_DATE_EPOCH", "1000"}}},
             {"epoch-given",
              "FROM scratch\nCOPY Dockerfile /d\n",
              {"--build-arg", "SOURCE_DATE_EPOCH=5"},
              {{"SOURCE_DATE_EPOCH", "1000"}}},
             {"default-platform",
              "FROM scratch\nCOPY Dockerfile /d\n",
              {},
              {{"DOCKER_DEFAULT_PLATFORM", "linux/arm64"}}},
             {"platform-words", "FROM scratch\nCOPY Dockerfile /d\n", {"--platform", "armhf"}},
             {"platform-local", "FROM scratch\nCOPY Dockerfile /d\n", {"--platform", "local"}},
             {"last-build-arg",
              "FROM busybox\nARG A\nRUN echo $A >/a\n",
              {"--build-arg", "A=1", "--build-arg", "A=2"}},
             {"hosts",
              "FROM busybox\nRUN grep -c 'one\\|two\\|three' /etc/hosts >/hosts\n",
              {"--add-host", "one:1.2.3.4,two=5.6.7.8", "--add-host", "three:[::1]"}},
             {"ulimit",
              "FROM busybox\nRUN ulimit -n >/n && ulimit -c >/c\n",
              {"--ulimit", "nofile=200:300", "--ulimit", "core=0", "--ulimit", "nofile=100:300"}},
             {"shm-size",
              "FROM busybox\nRUN df -k /dev/shm | tail -n 1 | awk '{print $2}' >/shm\n",
              {"--shm-size", "12m"}},
             {"network", "FROM busybox\nRUN ls /sys/class/net >/net\n", {"--network", "none"}},
             {"host-network", "FROM busybox\nRUN ls /sys/class/net >/net\n", {"--network", "host"}},
             {"no-cache-filter",
              "FROM busybox AS one\nRUN echo 1 >/1\nFROM one AS two\nRUN echo 2 >/2\n",
              {"--no-cache-filter", "nothing,else"}},
             {"legacy",
              "FROM scratch\nCOPY Dockerfile /d\n",
              {"--rm=false", "--force-rm", "--compress", "-m", "10", "-c", "1", "--cpu-quota=3",
               "--cpuset-mems", "1", "--isolation", "x", "--security-opt", "y"}},
         }) {
        world->write(std::string(one.name) + "/Dockerfile", one.dockerfile);
        auto image = [&](bool ours) {
            auto all = one.options;
            auto id = world->folder(std::string(one.name) + ".iid");
            all.insert(all.end(),
                       {"-o", "type=image,push=false", "--provenance=false", "--iidfile", id});
            auto result = ours ? world->berth(words(all, one.name), one.variables)
                               : world->peer(words(all, one.name), one.variables);
            EXPECT_EQ(result.code, 0) << one.name << "\n" << result.err;
            return read_file_if_exists(id, 100).value_or("none");
        };
        auto ours = image(true), theirs = image(false);
        EXPECT_EQ(ours, theirs) << one.name;
        EXPECT_THAT(ours, HasSubstr("sha256:")) << one.name;
    }
}

TEST_F(BuildFlagsPeerTest, TheSameErrors) {
    struct Case {
        std::vector<std::string> options;
        const char *what;
    };
    for (const auto &[options, what] : std::initializer_list<Case>{
             {{"--add-host", "bad"}, "invalid host bad"},
             {{"--add-host", "a:1.2.3.4,b"}, "invalid host b"},
             {{"--add-host", "a:1.2.3"}, "invalid host a:1.2.3"},
             {{"--add-host", "a:host-gateway"}, "host-gateway is not supported"},
             {{"--ulimit", "files=1"}, "invalid ulimit type: files"},
             {{"--ulimit", "nofile=3:2"}, "must be less than or equal to hard limit"},
             {{"--platform", "a/b/c/d"}, "cannot parse platform specifier"},
             {{"--network", "mine"}, "network mode \"mine\" not supported by buildkit"},
             {{"--progress", "plain", "-q"}, "progress=plain and quiet cannot be used together"},
             {{"--iidfile", "x", "-o", "-"}, "incompatible with image ID file"},
             {{"--label", "=x"}, "empty key"},
             {{"--no-cache", "--no-cache-filter", "a"}, "cannot currently be used together"},
         }) {
        auto ours = world->berth(words(options)), theirs = world->peer(words(options));
        EXPECT_NE(ours.code, 0) << what;
        EXPECT_NE(theirs.code, 0) << what;
        EXPECT_THAT(ours.err, HasSubstr(what));
        EXPECT_THAT(theirs.err, HasSubstr(what));
    }
}

// The exact output without a log, and which modes print BuildKit's warnings.
TEST_F(BuildFlagsPeerTest, TheSameOutputWithoutALog) {
    world->write("warned/Dockerfile", "FROM scratch\nMAINTAINER somebody\nCOPY Dockerfile /d\n");
    world->write("fails/Dockerfile", "FROM busybox\nMAINTAINER somebody\nRUN false\n");
    struct Case {
        std::vector<std::string> options;
        Variables variables;
        bool warns;
    };
    // docker buildx colours this line regardless of the terminal and NO_COLOR.
    auto unpainted = [](const Result &result) {
        return replace_all(replace_all(result.err, "\x1b[33m", ""), "\x1b[0m", "");
    };
    for (const auto &[options, variables, warns] : std::initializer_list<Case>{
             {{"--progress", "none"}, {}, false},
             {{"--progress", "quiet"}, {}, false},
             {{"-q"}, {}, false},
             {{"-q", "--progress", "none"}, {}, false},
             {{}, {{"BUILDKIT_PROGRESS", "quiet"}}, true},
             {{"-q"}, {{"BUILDKIT_PROGRESS", "quiet"}}, false},
             {{"--progress", "none"}, {{"BUILDKIT_PROGRESS", "quiet"}}, false},
         })
        for (const std::string folder : {"warned", "fails"}) {
            auto what = join(options, " ") + " of " + folder;
            auto ours = world->berth(words(options, folder), variables);
            auto theirs = world->peer(words(options, folder), variables);
            EXPECT_EQ(ours.err, unpainted(theirs)) << what;
            EXPECT_EQ(ours.code, theirs.code) << what;
            EXPECT_EQ(count(ours.err, "1 warning found"), warns ? 1u : 0u) << what << ours.err;
        }
    // Only berth: docker buildx does not support this value of the variable.
    auto none = world->berth(words({}, "warned"), {{"BUILDKIT_PROGRESS", "none"}});
    EXPECT_EQ(none.code, 0);
    EXPECT_EQ(count(none.err, "warning found"), 0u) << none.err;
}

TEST_F(BuildFlagsPeerTest, ArchivesGoToStandardOutput) {
    for (const auto *type : {"tar", "oci"}) {
        auto options = {std::string("-o"), std::string("type=") + type,
                        std::string("--provenance=false")};
        auto ours = world->berth(words(options)), theirs = world->peer(words(options));
        ASSERT_EQ(ours.code, 0) << ours.err;
        ASSERT_EQ(theirs.code, 0) << theirs.err;
        auto names = [](const Result &result) {
            auto lines = split(trim(run({"tar", "tf", "-"}, {}, result.out).out), '\n');
            std::sort(lines.begin(), lines.end());
            return lines;
        };
        EXPECT_EQ(names(ours), names(theirs)) << type;
    }
}

TEST_F(BuildFlagsPeerTest, AFailedBuildLeavesNoId) {
    world->write("bad/Dockerfile", "FROM scratch\nCOPY missing /\n");
    for (bool ours : {true, false}) {
        auto id = world->write("stale.iid", "sha256:old");
        auto options = words({"--iidfile", id}, "bad");
        EXPECT_EQ((ours ? world->berth(options) : world->peer(options)).code, 1);
        EXPECT_FALSE(std::filesystem::exists(id)) << ours;
    }
}

} // namespace
} // namespace berth::test
