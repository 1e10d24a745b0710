// SPDX-License-Identifier: Apache-2.0
// Builds that the nodes of one builder share, beside docker buildx on the same nodes: two
// containers of one engine, which has two names for it.
#include "two_nodes.hpp"

#include <cstdlib>
#include <filesystem>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SeveralNodesPeerTest : public TwoNodesTest {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        registry_host = registry();
        const char *own_network = std::getenv("BERTH_ENGINE_NETNS");
        network = own_network == nullptr ? "" : own_network;
        const char *given = std::getenv("DOCKER_HOST");
        std::string engine =
            given != nullptr && *given != 0 ? given : "unix:///var/run/docker.sock";
        ASSERT_TRUE(engine.starts_with("unix://"))
            << "an engine that listens on a socket is needed";
        std::filesystem::create_symlink(engine.substr(7), world->path() / "second.sock");
        a = world->name("a");
        b = world->name("b");
        builder = world->builder("shared", {"--node", a, "--platform", "linux/amd64"}, false);
        Words second = {"create", "--append", "--name",     builder,
                        "--node", b,          "--platform", "linux/arm64"};
        for (const auto &option : config_options())
            second.push_back(option);
        second.push_back("unix://" + world->folder("second.sock"));
        auto appended = world->berth(second);
        ASSERT_EQ(appended.code, 0) << appended.err;
        write_contexts();
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    static std::size_t records(const std::string &node) {
        auto folder = world->path() / "store" / "refs" / builder / node;
        std::error_code none;
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder, none), {}));
    }
};

TEST_F(SeveralNodesPeerTest, TheSameIndexUnderEachTag) {
    auto ours = push(true, {"--provenance=false"}), theirs = push(false, {"--provenance=false"});
    EXPECT_EQ(ours.index, theirs.index);
    EXPECT_EQ(ours.metadata, theirs.metadata);
    EXPECT_EQ(ours.id, theirs.id);
    EXPECT_EQ(platforms(json::parse(ours.index)), "arm64 amd64");
    EXPECT_EQ(ours.id, "sha256:" + sha256_hex(ours.index));
}

TEST_F(SeveralNodesPeerTest, WithAnnotations) {
    Words options = {"--provenance=false"};
    for (const auto *annotation : {"index:a=b", "manifest-descriptor:c=d",
                                   "manifest-descriptor[linux/arm64]:e=f", "manifest:g=h", "i=j"})
        options.insert(options.end(), {"--annotation", annotation});
    auto ours = push(true, options), theirs = push(false, options);
    EXPECT_EQ(ours.index, theirs.index);
    EXPECT_EQ(ours.metadata, theirs.metadata);
    EXPECT_THAT(ours.index, AllOf(HasSubstr(R"("a": "b")"), HasSubstr(R"("e": "f")")));
}

// Provenance has times and a build's name: the rest is equal.
TEST_F(SeveralNodesPeerTest, WithAttestations) {
    auto ours = push(true, {"--provenance=mode=max"}),
         theirs = push(false, {"--provenance=mode=max"});
    auto index = json::parse(ours.index), other = json::parse(theirs.index);
    EXPECT_EQ(platforms(index), "arm64 unknown amd64 unknown");
    EXPECT_EQ(platforms(index), platforms(other));
    for (std::size_t i : {0u, 2u})
        EXPECT_EQ(index.at("manifests").at(i), other.at("manifests").at(i));
    auto metadata = json::parse(ours.metadata);
    EXPECT_EQ(metadata.size(), 1u) << ours.metadata;
    EXPECT_EQ(metadata.at("containerimage.digest"), ours.id);
    for (const auto *platform : {"linux/amd64", "linux/arm64"}) {
        auto shown = run_one(true, {"imagetools", "inspect", "--builder", builder, "--format",
                                    "{{json .Provenance}}", repository("pushed") + ":1"});
        EXPECT_THAT(shown.out, HasSubstr(platform));
    }
}

TEST_F(SeveralNodesPeerTest, WhatStaysInTheBuilderIsNotedForEachNode) {
    auto keys = [&](bool ours) {
        auto of_a = records(a), of_b = records(b);
        auto result = build(ours, {"--metadata-file", world->folder("meta"), "-o", "type=image"});
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(records(a), of_a + 1);
        EXPECT_EQ(records(b), of_b + 1);
        auto metadata = json::parse(read_file(world->folder("meta")));
        auto ref = split(metadata.at("buildx.build.ref").get<std::string>(), '/');
        EXPECT_EQ(ref.at(1), b); // the first platform's
        EXPECT_TRUE(
            std::filesystem::exists(world->path() / "store" / "refs" / builder / a / ref.at(2)));
        Words names;
        for (const auto &[key, value] : metadata.items())
            names.push_back(key);
        return names;
    };
    EXPECT_EQ(keys(true), keys(false));
}

TEST_F(SeveralNodesPeerTest, FilesOfAllPlatforms) {
    auto ours = world->folder("ours"), theirs = world->folder("theirs");
    for (bool is_ours : {true, false}) {
        auto result = build(is_ours, {"-o", is_ours ? ours : theirs});
        EXPECT_EQ(result.code, 0) << result.err;
    }
    EXPECT_EQ(read_file(ours + "/linux_arm64/files/arm64"), "arm64\n");
    EXPECT_EQ(run({"diff", "-r", ours, theirs}).code, 0);
}

TEST_F(SeveralNodesPeerTest, OutputsThatOneNodeMakesAreRefusedAlike) {
    for (const Words &options :
         {Words{"-o", "type=tar,dest=" + world->folder("x.tar")}, Words{"-o", "type=registry"}}) {
        auto ours = build(true, options), theirs = build(false, options);
        EXPECT_NE(ours.code, 0);
        EXPECT_NE(theirs.code, 0);
        auto last = split(trim(theirs.err), '\n').back();
        // A tag is missing: that is found earlier, and said without `failed to build`.
        auto reason = last.substr(last.rfind(": ") + 2);
        EXPECT_THAT(ours.err, HasSubstr(reason));
    }
    // berth finds this before anything is built, in docker buildx's words for one node.
    Words options = {"-o", "type=docker,dest=" + world->folder("x.tar")};
    EXPECT_THAT(build(true, options).err,
                HasSubstr("docker exporter does not support exporting manifest lists"));
    EXPECT_THAT(build(false, options).err, HasSubstr("exporting manifest lists"));
    EXPECT_FALSE(std::filesystem::exists(world->folder("x.tar")));
}

TEST_F(SeveralNodesPeerTest, TheNodeOfAStepIsShown) {
    auto result = build(true, {"--no-cache"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err,
                AllOf(HasSubstr("[" + b + " linux/arm64 1/1] COPY arm64 common /files/"),
                      HasSubstr("[" + a + " linux/amd64 1/1] COPY amd64 common /files/"),
                      HasSubstr("[" + a + " internal] load build definition"),
                      HasSubstr("[" + b + " internal] load build definition")));
}

TEST_F(SeveralNodesPeerTest, APartThatFailsIsNamedAndNothingIsTagged) {
    auto image = repository("failed");
    auto result =
        build(true, {"--push", "-t", image, "--iidfile", world->folder("failed.iid")}, "bad");
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err,
                AllOf(HasSubstr("failed to build: node " + b + ": failed to solve"),
                      HasSubstr("\"/nothing\": not found"), HasSubstr("COPY nothing /")));
    EXPECT_FALSE(std::filesystem::exists(world->folder("failed.iid")));
    EXPECT_FALSE(is_tagged(image));
}

TEST_F(SeveralNodesPeerTest, ANodeOutOfReachIsNamed) {
    std::filesystem::rename(world->path() / "second.sock", world->path() / "gone.sock");
    auto image = repository("unreached");
    auto result = build(true, {"--push", "-t", image});
    std::filesystem::rename(world->path() / "gone.sock", world->path() / "second.sock");
    EXPECT_NE(result.code, 0);
    EXPECT_THAT(result.err, HasSubstr("node " + b + ": "));
    EXPECT_FALSE(is_tagged(image));
}

TEST_F(SeveralNodesPeerTest, AStoppedNodeIsStarted) {
    docker({"stop", "--time", "1", "buildx_buildkit_" + b});
    auto result = build(true, {});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("[" + b + " internal] booting buildkit"));
}

// One for each node; what is pushed needs none.
TEST_F(SeveralNodesPeerTest, DockerCommandsAreCounted) {
    build(true, {}); // both run
    auto counting = world->counting();
    auto result = build(true, {"--push", "-t", repository("counted")}, "app", counting);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(world->docker_commands().size(), 2u);
}

// docker buildx writes archives of one node alone: here they are compared with what it pushes.
TEST_F(SeveralNodesPeerTest, AnArchiveAndADirectoryHoldTheImageThatIsPushed) {
    auto pushed = push(false, {"--provenance=false"});
    auto archive = world->folder("image.tar"), layout = world->folder("layout");
    auto tag = repository("pushed") + ":1";
    auto result = build(true, {"--provenance=false", "-t", tag, "-o", "type=oci,dest=" + archive,
                               "-o", "type=oci,tar=false,dest=" + layout, "--metadata-file",
                               world->folder("meta")});
    ASSERT_EQ(result.code, 0) << result.err;
    auto metadata = json::parse(read_file(world->folder("meta")));
    EXPECT_EQ(metadata.at("containerimage.digest"), pushed.id);
    EXPECT_EQ(metadata.at("image.name"), tag);
    std::filesystem::create_directories(world->folder("unpacked"));
    ASSERT_EQ(run({"tar", "-xf", archive, "-C", world->folder("unpacked")}).code, 0);
    EXPECT_EQ(run({"diff", "-r", layout, world->folder("unpacked")}).code, 0);
    EXPECT_EQ(raw("oci-layout://" + layout + "@" + pushed.id), pushed.index);
    // All of it is there: another registry's repository can take it.
    auto copied = run_one(true, {"imagetools", "create", "--builder", builder, "-t",
                                 repository("copied"), "oci-layout://" + layout + "@" + pushed.id});
    EXPECT_EQ(copied.code, 0) << copied.err;
}

TEST_F(SeveralNodesPeerTest, LoadedIntoTheEngine) {
    auto image = world->image("loaded");
    auto result = build(
        true, {"--provenance=false", "--load", "-t", image, "--iidfile", world->folder("iid")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(image_id(image), read_file(world->folder("iid")));
    auto saved = docker({"save", "--platform", "linux/arm64", "-o", world->folder("saved"), image});
    EXPECT_EQ(saved.code, 0) << saved.err;
}

TEST_F(SeveralNodesPeerTest, PushedAndLoadedItIsOneImage) {
    auto image = repository("everywhere");
    auto result = build(true, {"--push", "--load", "-t", image, "--iidfile", world->folder("iid")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(image_id(image), read_file(world->folder("iid")));
    EXPECT_EQ("sha256:" + sha256_hex(raw(image)), read_file(world->folder("iid")));
    docker({"rmi", image});
}

// Each node reads the whole of it.
TEST_F(SeveralNodesPeerTest, StandardInput) {
    auto archive = run({"tar", "-c", "-C", world->folder("app"), "."}).out;
    auto out = world->folder("of-stdin");
    auto result = run_one(
        true,
        {"build", "--builder", builder, "--platform", "linux/amd64,linux/arm64", "-o", out, "-"},
        {}, archive);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(read_file(out + "/linux_amd64/files/amd64"), "amd64\n");
    EXPECT_EQ(read_file(out + "/linux_arm64/files/arm64"), "arm64\n");
}

TEST_F(SeveralNodesPeerTest, ADryRunShowsBothNodes) {
    auto result = build(true, {"--push", "-t", repository("dry") + ":1", "--dry-run"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out + result.err,
                AllOf(HasSubstr("# node " + a), HasSubstr("# node " + b),
                      HasSubstr("platform=linux/arm64"), HasSubstr("push-by-digest=true"),
                      HasSubstr("berth imagetools create --tag " + repository("dry") + ":1")));
}

constexpr const char *bake_file = R"(
group "default" { targets = ["app", "child", "small"] }
target "app" {
  context = "app"
  platforms = ["linux/amd64", "linux/arm64"]
}
target "child" {
  dockerfile-inline = "FROM base\nCOPY --from=base /files/common /again"
  contexts = { base = "target:app" }
  platforms = ["linux/amd64", "linux/arm64"]
}
target "small" {
  context = "app"
  dockerfile-inline = "FROM scratch\nCOPY arm64 /only"
  platforms = ["linux/arm64"]
}
)";

TEST_F(SeveralNodesPeerTest, BakeSharesItsTargetsOut) {
    auto file = world->write("docker-bake.hcl", bake_file);
    std::map<bool, std::map<std::string, std::string>> indexes;
    for (bool ours : {true, false}) {
        Words words = {"bake",
                       "--builder",
                       builder,
                       "-f",
                       file,
                       "--metadata-file",
                       world->folder("meta"),
                       "--allow",
                       "fs.read=*",
                       "--provenance=false"};
        for (const auto *target : {"app", "child", "small"})
            words.insert(words.end(),
                         {"--set", std::string(target) + ".tags=" + repository(target), "--set",
                          std::string(target) + ".context=" + world->folder("app")});
        words.emplace_back("--push");
        auto result = run_one(ours, words);
        ASSERT_EQ(result.code, 0) << result.err;
        for (const auto *target : {"app", "child", "small"})
            indexes[ours][target] = raw(repository(target));
        auto metadata = json::parse(read_file(world->folder("meta")));
        EXPECT_EQ(metadata.at("child").at("containerimage.digest"),
                  "sha256:" + sha256_hex(indexes[ours]["child"]));
    }
    EXPECT_EQ(indexes[true], indexes[false]);
}

// With one job at a time, each node has one.
TEST_F(SeveralNodesPeerTest, BakeWithFewJobs) {
    auto file = world->write("docker-bake.hcl", bake_file);
    Words words = {"bake", "--builder", builder, "-f", file, "--jobs", "1", "--allow", "fs.read=*"};
    for (const auto *target : {"app", "child", "small"})
        words.insert(words.end(),
                     {"--set", std::string(target) + ".context=" + world->folder("app")});
    auto result = run_one(true, words);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err,
                AllOf(HasSubstr("[app " + a + " linux/amd64"),
                      HasSubstr("[app " + b + " linux/arm64"),
                      HasSubstr("[small 1/1] COPY arm64 /only"), Not(HasSubstr("aborted"))));
}

} // namespace
} // namespace berth::test
