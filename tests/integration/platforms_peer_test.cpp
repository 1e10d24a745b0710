// SPDX-License-Identifier: Apache-2.0
// Multi-platform builds, compared with docker buildx on one builder, and errors of machines without
// emulators.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <cstdlib>
#include <filesystem>
#include <set>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class PlatformsPeerTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("platforms");
        world->write("app/Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /arch\n");
        world->write("app/amd64", "amd64\n");
        world->write("app/arm64", "arm64\n");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static std::vector<std::string> build(std::vector<std::string> options,
                                          const std::string &folder = "app") {
        options.insert(options.begin(), {"build", "--builder", builder});
        options.push_back(world->folder(folder));
        return options;
    }
    // What berth says, when both of them worked.
    static Result both(const std::vector<std::string> &ours,
                       const std::vector<std::string> &theirs) {
        auto result = world->berth(build(ours)), peers = world->peer(build(theirs));
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(peers.code, 0) << peers.err;
        return result;
    }
    static json metadata(const std::string &file) {
        return json::parse(read_file(world->folder(file)));
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

const std::vector<std::string> two_platforms = {"--platform", "linux/amd64,linux/arm64"};

std::vector<std::string> with_two(std::vector<std::string> more) {
    more.insert(more.begin(), two_platforms.begin(), two_platforms.end());
    return more;
}

// Another name of the tests' engine, as if there were two of them.
std::string second_endpoint(const World &world) {
    const char *given = std::getenv("DOCKER_HOST");
    std::string host = given != nullptr && *given != 0 ? given : "unix:///var/run/docker.sock";
    if (!host.starts_with("unix://"))
        return "";
    std::filesystem::create_symlink(host.substr(7), world.path() / "second.sock");
    return "unix://" + world.folder("second.sock");
}

// A builder of two nodes, one of them for arm64: each platform is built where it belongs.
TEST_F(PlatformsPeerTest, TheNodeWithThePlatformBuilds) {
    auto two = world->builder("two");
    auto second = world->name("second"), endpoint = second_endpoint(*world);
    ASSERT_NE(endpoint, "") << "an engine that listens on a socket is needed";
    auto appended = world->berth({"create", "--name", two, "--append", "--node", second,
                                  "--platform", "linux/arm64", "--bootstrap", endpoint});
    ASSERT_EQ(appended.code, 0) << appended.err;
    auto node_that_builds = [&](bool peer, const std::string &platform) {
        std::vector<std::string> words = {"build",
                                          "--builder",
                                          two,
                                          "--platform",
                                          platform,
                                          "--metadata-file",
                                          world->folder("") + "meta",
                                          world->folder("app")};
        auto result = peer ? world->peer(words) : world->berth(words);
        EXPECT_EQ(result.code, 0) << result.err;
        return split(metadata("meta").at("buildx.build.ref").get<std::string>(), '/').at(1);
    };
    for (const auto *platform : {"linux/amd64", "linux/arm64", "linux/arm64/v8"})
        EXPECT_EQ(node_that_builds(false, platform), node_that_builds(true, platform)) << platform;
    EXPECT_EQ(node_that_builds(false, "linux/arm64"), second);
    EXPECT_EQ(node_that_builds(false, "linux/amd64"), two + "0");
}

TEST_F(PlatformsPeerTest, TheSameIndexInARegistry) {
    auto name = registry() + "/" + world->name("pushed");
    both(with_two({"--provenance=false", "--push", "-t", name + ":ours", "--metadata-file",
                   world->folder("ours.json")}),
         with_two({"--provenance=false", "--push", "-t", name + ":theirs", "--metadata-file",
                   world->folder("theirs.json")}));
    auto ours = metadata("ours.json"), theirs = metadata("theirs.json");
    EXPECT_EQ(ours.at("containerimage.digest"), theirs.at("containerimage.digest"));
    std::set<std::string> our_keys, their_keys;
    for (const auto &[key, value] : ours.items())
        our_keys.insert(key);
    for (const auto &[key, value] : theirs.items())
        their_keys.insert(key);
    EXPECT_EQ(our_keys, their_keys);
}

TEST_F(PlatformsPeerTest, TheSameFilesInDirectories) {
    auto ours = world->folder("ours"), theirs = world->folder("theirs");
    both(with_two({"-o", "type=local,dest=" + ours}),
         with_two({"-o", "type=local,dest=" + theirs}));
    EXPECT_EQ(read_file(ours + "/linux_arm64/arch"), "arm64\n");
    EXPECT_EQ(run({"diff", "-r", ours, theirs}).code, 0);
}

TEST_F(PlatformsPeerTest, LoadedAndPushedAtOnce) {
    auto name = registry() + "/" + world->name("both");
    for (bool ours : {true, false}) {
        auto tag = name + (ours ? ":ours" : ":theirs");
        auto options = build({"--load", "--push", "-t", tag});
        auto result = ours ? world->berth(options) : world->peer(options);
        ASSERT_EQ(result.code, 0) << result.err;
        EXPECT_THAT(image_id(tag), HasSubstr("sha256:"));
    }
    EXPECT_EQ(image_id(name + ":ours"), image_id(name + ":theirs"));
    for (const auto *tag : {":ours", ":theirs"})
        docker({"rmi", name + tag});
}

TEST_F(PlatformsPeerTest, AnArchiveForDockerHoldsOnePlatform) {
    auto options = build(with_two({"-o", "type=docker,dest=" + world->folder("x.tar")}));
    for (const auto &result : {world->berth(options), world->peer(options)}) {
        EXPECT_EQ(result.code, 1);
        EXPECT_THAT(result.err, HasSubstr("docker exporter does not support exporting manifest "
                                          "lists, use the oci exporter"));
    }
}

// A program of a processor that nothing here can run: an ELF header of MIPS, big endian.
TEST_F(PlatformsPeerTest, AForeignStepNamesTheMissingEmulator) {
    std::string header = "\x7f"
                         "ELF\x01\x02\x01";
    header.resize(16);
    header += std::string("\0\x02\0\x08\0\0\0\x01", 8);
    header.resize(4096);
    world->write("foreign/program", header, 0755);
    world->write("foreign/Dockerfile", "FROM scratch\nCOPY program /\nRUN [\"/program\"]\n");
    for (const auto *platform : {"linux/mips", "linux/mips,linux/amd64"}) {
        auto options = build({"--platform", platform, "-o", "type=cacheonly"}, "foreign");
        auto ours = world->berth(options), theirs = world->peer(options);
        EXPECT_EQ(ours.code, 1);
        EXPECT_EQ(theirs.code, 1);
        EXPECT_THAT(ours.err, HasSubstr("did not complete successfully"));
        EXPECT_THAT(ours.err, HasSubstr("docker run --privileged --rm tonistiigi/binfmt --install"))
            << platform;
    }
}

// Whether GitHub's cache is built into the builder or not (its image may leave it out): both of us
// hand on the same.
TEST_F(PlatformsPeerTest, TheTokenOfGithubsCacheIsInNoCommand) {
    Variables github = world->counting();
    github["ACTIONS_RUNTIME_TOKEN"] = "the-token's value";
    github["ACTIONS_CACHE_URL"] = "http://127.0.0.1:1/";
    auto options = build({"--cache-to", "type=gha,ignore-error=true", "-o", "type=cacheonly"});
    auto ours = world->berth(options, github), theirs = world->peer(options, github);
    EXPECT_EQ(ours.code, theirs.code) << ours.err;
    auto last_line = [](const Result &result) { return split(trim(result.err), '\n').back(); };
    EXPECT_THAT(ours.err, Not(HasSubstr("requires token")));
    if (theirs.code != 0) {
        EXPECT_EQ(last_line(ours), last_line(theirs));
    }
    EXPECT_THAT(join(world->docker_commands(), "\n"), Not(HasSubstr("the-token")));
    for (const auto &without : {world->berth(options), world->peer(options)})
        EXPECT_EQ(without.code, 0) << without.err;
}

} // namespace
} // namespace berth::test
