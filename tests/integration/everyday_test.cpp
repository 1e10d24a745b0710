// SPDX-License-Identifier: Apache-2.0
// Everyday details: closed pipes, all forms of names, umasks, many dead engines.
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <sys/stat.h>

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EverydayTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("everyday");
        world->write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static Result build(std::vector<std::string> words, const Variables &variables = {}) {
        words.insert(words.begin(), {"build", "--builder", builder});
        return world->berth(words, variables);
    }
    // The exit code of berth when its reader takes only `bytes` of its output.
    static Result piped(const std::string &command, int bytes) {
        return run({"bash", "-c",
                    "\"$0\" " + command + " | head -c " + std::to_string(bytes) +
                        " >/dev/null; exit ${PIPESTATUS[0]}",
                    BERTH_PROGRAM},
                   world->variables({{"BUILDX_BUILDER", builder}}));
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(EverydayTest, AClosedPipeEndsBerthLikeOtherPrograms) {
    world->write("big/Dockerfile", "FROM scratch\nCOPY big /\n");
    world->write("big/big", std::string(3'000'000, 'x'));
    for (const auto &command : {std::string("ls"), std::string("du --verbose"),
                                "build --progress quiet -o - " + world->folder("big")}) {
        auto result = piped(command, 0);
        EXPECT_EQ(result.code, 128 + SIGPIPE) << command << result.err;
        EXPECT_THAT(result.err, Not(HasSubstr("ERROR"))) << command;
    }
}

// docker buildx uses the context for it; otherwise the registry's image would be used silently.
TEST_F(EverydayTest, AContextReplacesAnImageByAnyFormOfItsName) {
    world->write("image/Dockerfile", "FROM busybox\nCOPY --from=busybox:latest /marker /marker\n");
    world->write("other/marker", "other\n");
    for (const auto *name :
         {"busybox", "busybox:latest", "library/busybox", "docker.io/library/busybox"}) {
        auto result = build({"--build-context", std::string(name) + "=" + world->folder("other"),
                             "-o", world->folder("replaced"), world->folder("image")});
        EXPECT_EQ(result.code, 0) << name << result.err;
    }
}

TEST_F(EverydayTest, MissingDirectoriesOfDestinationsAreCreated) {
    auto old = ::umask(027);
    auto id = world->folder("made/id/file"), metadata = world->folder("made/metadata/file");
    auto result = build({"-o", "type=oci,dest=" + world->folder("made/oci/tar"), "--iidfile", id,
                         "--metadata-file", metadata, world->folder("app")});
    ::umask(old);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(read_file(id), ::testing::StartsWith("sha256:"));
    struct stat status;
    for (const auto *directory : {"made/id", "made/metadata", "made/oci"}) {
        ASSERT_EQ(::stat(world->folder(directory).c_str(), &status), 0) << directory;
        EXPECT_EQ(status.st_mode & 0777, 0750u) << directory;
    }
}

TEST_F(EverydayTest, AnImpossibleDestinationFailsBeforeTheBuild) {
    auto below_file = world->folder("app/Dockerfile/x");
    for (const auto *flag : {"--iidfile", "--metadata-file", "--deps"}) {
        auto result = build({flag, below_file, world->folder("app")});
        EXPECT_EQ(result.code, 1) << flag;
        EXPECT_THAT(result.err, HasSubstr("cannot write " + below_file)) << flag;
        EXPECT_THAT(result.err, Not(HasSubstr("#1 "))) << flag;
    }
}

TEST_F(EverydayTest, ABrokenConfigurationCausesAWarning) {
    world->write("broken/config.json", "{broken");
    Variables broken = {{"DOCKER_CONFIG", world->folder("broken")}};
    auto result = build({"-q", world->folder("app")}, broken);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("WARNING: Error parsing config file (" +
                                      world->folder("broken/config.json") + ")"));
    auto created =
        world->berth({"create", "--name", world->name("never"), "unix:///nonexistent"}, broken);
    EXPECT_THAT(created.err, HasSubstr("ERROR: failed to initialize builder"));
    EXPECT_EQ(count(created.err, "WARNING: Error parsing"), 1u) << created.err;
}

TEST_F(EverydayTest, AnErrorOfDockersIsOneLine) {
    auto name = world->name("refused");
    auto result =
        world->berth({"create", "--name", name, "--bootstrap", "--run-arg", "--no-such-flag"});
    EXPECT_EQ(result.code, 5);
    auto line = result.err.substr(result.err.rfind("\nERROR: ") + 1);
    EXPECT_THAT(line, HasSubstr("unknown flag: --no-such-flag"));
    EXPECT_EQ(count(line, "\n"), 1u) << line;
}

// Each would cost a docker command of its own, which ends where this can be seen without one.
TEST_F(EverydayTest, AHundredContextsWithoutAnEngineCostNoDockerCommand) {
    for (int i = 0; i < 100; ++i) {
        auto name = "dead" + std::to_string(i);
        world->write("many/contexts/meta/" + sha256_hex(name) + "/meta.json",
                     R"({"Name":")" + name +
                         R"(","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///nonexistent/)" +
                         name + R"("}}})");
    }
    auto variables = world->counting();
    variables["DOCKER_CONFIG"] = world->folder("many");
    auto before = world->docker_commands().size();
    auto result = world->berth({"ls"}, variables);
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(count(result.err, "Failed to get status for dead"), 100u);
    EXPECT_LE(world->docker_commands().size() - before, 3u);
}

TEST_F(EverydayTest, ADryRunDescribesItsFilesCorrectly) {
    auto words = std::vector<std::string>{"--output",          "type=image",
                                          "--iidfile",         world->folder("dry-id"),
                                          "--metadata-file",   world->folder("dry-metadata"),
                                          world->folder("app")};
    ASSERT_EQ(build(words).code, 0);
    auto id = read_file(world->folder("dry-id"));
    std::filesystem::remove(world->folder("dry-id"));
    words.insert(words.begin(), "--dry-run");
    auto dry = build(words);
    ASSERT_EQ(dry.code, 0) << dry.err;
    auto path =
        std::filesystem::path(BERTH_PROGRAM).parent_path().string() + ":" + std::getenv("PATH");
    auto pasted = run({"sh", "-e"}, world->variables({{"PATH", path}}), dry.out);
    ASSERT_EQ(pasted.code, 0) << dry.out << pasted.err;
    // The context has another name for buildctl, so its steps, and the ID, are others.
    auto dry_id = read_file(world->folder("dry-id"));
    EXPECT_EQ(dry_id.size(), id.size());
    EXPECT_THAT(read_file(world->folder("dry-metadata")),
                HasSubstr("digest\": \"" + dry_id + "\""));
}

TEST_F(EverydayTest, AContextMayBeDeeperThanPathsMayBeLong) {
    auto made = run({"python3", "-c",
                     "import os,sys\nos.makedirs(sys.argv[1]); os.chdir(sys.argv[1])\n"
                     "for i in range(1000):\n os.mkdir('directory'); os.chdir('directory')\n"
                     "open('file','w').write('deep')",
                     world->folder("deep/tree")});
    ASSERT_EQ(made.code, 0) << made.err;
    world->write("deep/Dockerfile", "FROM scratch\nCOPY tree /tree\n");
    // BuildKit's own limit. At times its error says only that it cancelled the transfer.
    for (int i = 0; i < 5; ++i) {
        auto result = build({"-o", "type=tar,dest=/dev/null", world->folder("deep")});
        EXPECT_EQ(result.code, 1);
        EXPECT_THAT(result.err, HasSubstr("file name too long\n")) << result.err.substr(0, 300);
    }
    // Targets that share a context.
    auto file = world->write("deep.json", R"({"target":{"one":{"context":")" +
                                              world->folder("deep") + R"("},"two":{"context":")" +
                                              world->folder("deep") + R"(","args":{"A":"2"}}}})");
    for (int i = 0; i < 5; ++i) {
        auto result = world->berth(
            {"bake", "--builder", builder, "--allow=fs.read=*", "-f", file, "one", "two"});
        EXPECT_EQ(result.code, 1);
        EXPECT_THAT(result.err, HasSubstr("file name too long\n")) << result.err.substr(0, 300);
    }
    run({"rm", "-rf", world->folder("deep")});
}

} // namespace
} // namespace berth::test
