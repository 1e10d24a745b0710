// SPDX-License-Identifier: Apache-2.0
// One builder on two engines of the test's own, beside docker buildx: images of both, and an engine
// that is stopped or killed. The cases of one engine are in several_nodes_peer_test.cpp.
#include "own_engine.hpp"
#include "two_nodes.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <memory>
#include <thread>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class TwoEnginesTest : public TwoNodesTest {
  protected:
    static void SetUpTestSuite() {
        if (!OwnEngine::possible())
            return;
        world = new World;
        auto second = std::async(std::launch::async,
                                 [] { return std::make_unique<OwnEngine>(*world, "second"); });
        near = std::make_unique<OwnEngine>(*world, "first");
        far = second.get();
        join_networks();
        network = near->variable("BERTH_ENGINE_NETNS");
        variables = {{"DOCKER_HOST", near->variable("DOCKER_HOST")},
                     {"DOCKER_CONFIG", world->folder("docker")}};
        run({docker_program(), "context", "create", "far", "--docker",
             "host=" + far->variable("DOCKER_HOST")},
            variables);
        builder = "split";
        a = "near";
        b = "far";
        create(builder, a, {"--platform", "linux/amd64"}, near->variable("DOCKER_HOST"));
        create(builder, b, {"--append", "--platform", "linux/arm64"}, "far");
        write_contexts();
    }
    static void TearDownTestSuite() {
        auto second = std::async(std::launch::async, [] { far.reset(); });
        near.reset();
        second.get();
        delete world;
        world = nullptr;
        variables.clear();
    }
    void SetUp() override {
        if (!far)
            GTEST_SKIP() << "a private engine needs root, and the tests run on the user's own";
    }

    // The first engine's registry, at an address that the containers of both reach.
    static void join_networks() {
        const std::string address = "10.213.0.1";
        auto ip = [](Words words) {
            words.insert(words.begin(), "ip");
            auto result = run(words);
            ASSERT_EQ(result.code, 0) << result.err;
        };
        ip({"link", "add", "joined", "netns", near->network(), "type", "veth", "peer", "name",
            "joined", "netns", far->network()});
        for (const auto &[engine, own] :
             {std::pair{near.get(), address}, std::pair{far.get(), std::string("10.213.0.2")}}) {
            ip({"-n", engine->network(), "address", "add", own + "/30", "dev", "joined"});
            ip({"-n", engine->network(), "link", "set", "joined", "up"});
        }
        registry_host = address + ":5000";
        world->write("buildkitd.toml", read_file(near->options().back()) + "[registry.\"" +
                                           registry_host + "\"]\n  http = true\n");
    }
    static void create(const std::string &name, const std::string &node, Words options,
                       const std::string &endpoint) {
        options.insert(options.begin(), {"create", "--name", name, "--node", node,
                                         "--buildkitd-config", world->folder("buildkitd.toml")});
        options.push_back(endpoint);
        auto created = run_one(true, options);
        ASSERT_EQ(created.code, 0) << created.err;
    }
    static std::string containers(const OwnEngine &engine) {
        return engine.docker({"container", "ls", "--format", "{{.Names}}"}).out;
    }

    static inline std::unique_ptr<OwnEngine> near, far;
};

TEST_F(TwoEnginesTest, TheSameIndexUnderEachTag) {
    Words options = {"--provenance=false",
                     "--annotation",
                     "index:a=b",
                     "--annotation",
                     "manifest-descriptor[linux/arm64]:c=d",
                     "--annotation",
                     "e=f"};
    auto ours = push(true, options);
    EXPECT_EQ(containers(*near), "buildx_buildkit_near\n");
    EXPECT_EQ(containers(*far), "buildx_buildkit_far\n");
    auto theirs = push(false, options);
    EXPECT_EQ(ours.index, theirs.index);
    EXPECT_EQ(ours.metadata, theirs.metadata);
    EXPECT_EQ(ours.id, theirs.id);
    EXPECT_EQ(ours.id, "sha256:" + sha256_hex(ours.index));
    EXPECT_EQ(platforms(json::parse(ours.index)), "arm64 amd64");
    EXPECT_THAT(ours.index, AllOf(HasSubstr(R"("a": "b")"), HasSubstr(R"("c": "d")")));
}

// Provenance has times and a build's name: the rest is equal.
TEST_F(TwoEnginesTest, WithAttestations) {
    Words options = {"--provenance=mode=max"};
    auto ours = push(true, options), theirs = push(false, options);
    auto index = json::parse(ours.index), other = json::parse(theirs.index);
    EXPECT_EQ(platforms(index), "arm64 unknown amd64 unknown");
    EXPECT_EQ(platforms(index), platforms(other));
    for (std::size_t i : {0u, 2u})
        EXPECT_EQ(index.at("manifests").at(i), other.at("manifests").at(i));
    EXPECT_EQ(json::parse(ours.metadata), json({{"containerimage.digest", ours.id}}));
    EXPECT_EQ(json::parse(theirs.metadata), json({{"containerimage.digest", theirs.id}}));
}

// docker buildx refuses both: they are compared with what it pushes.
TEST_F(TwoEnginesTest, AnArchiveAndAnImageOfTheEngine) {
    auto pushed = push(false, {"--provenance=false"});
    auto archive = world->folder("image.tar"), tag = repository("pushed") + ":1";
    auto result =
        build(true, {"--provenance=false", "-t", tag, "--load", "-o", "type=oci,dest=" + archive,
                     "--metadata-file", world->folder("meta")});
    ASSERT_EQ(result.code, 0) << result.err;
    auto metadata = json::parse(read_file(world->folder("meta")));
    EXPECT_EQ(metadata.at("containerimage.digest"), pushed.id);
    auto index = run({"tar", "-xOf", archive, "blobs/sha256/" + pushed.id.substr(7)});
    EXPECT_EQ(index.out, pushed.index);
    auto manifests = json::parse(pushed.index).at("manifests");
    for (const auto &manifest : manifests) {
        auto platform = "linux/" + manifest.at("platform").at("architecture").get<std::string>();
        auto saved =
            near->docker({"save", "--platform", platform, "-o", world->folder("saved"), tag});
        EXPECT_EQ(saved.code, 0) << saved.err;
        EXPECT_THAT(run({"tar", "-tf", world->folder("saved")}).out,
                    HasSubstr(manifest.at("digest").get<std::string>().substr(7)));
    }
}

// As docker buildx, wherever the builder is.
TEST_F(TwoEnginesTest, ImagesAreLoadedIntoTheEngineInUse) {
    create("remote", "remote0", {}, "far");
    for (bool ours : {true, false}) {
        std::string image = ours ? "of-berth" : "of-buildx";
        auto result = run_one(ours, {"build", "--builder", "remote", "--load", "-t", image,
                                     world->folder("bad"), "--target", "amd64"});
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(near->docker({"image", "inspect", image}).code, 0) << image;
        EXPECT_NE(far->docker({"image", "inspect", image}).code, 0) << image;
    }
}

constexpr const char *spread_file = R"(
group "default" { targets = ["single", "child"] }
target "single" {
  name = item
  matrix = { item = ["app", "db", "shop"] }
  dockerfile-inline = "FROM busybox\nRUN echo ${item} >/name"
  tags = [item]
}
target "child" {
  contexts = { base = "target:app" }
  dockerfile-inline = "FROM base\nRUN cat /name"
  tags = ["child"]
}
)";

// docker buildx gives all of them to the first node.
TEST_F(TwoEnginesTest, BakeSpreadsTargetsOverEqualNodes) {
    create("equal", "one", {}, near->variable("DOCKER_HOST"));
    create("equal", "two", {"--append"}, "far");
    auto path = world->write("docker-bake.hcl", spread_file);
    // The node of each target.
    auto nodes = [&](bool ours, const Words &options) {
        Words words = {
            "bake", "--builder", "equal", "-f", path, "--metadata-file", world->folder("meta")};
        words.insert(words.end(), options.begin(), options.end());
        auto result = run_one(ours, words);
        EXPECT_EQ(result.code, 0) << result.err;
        auto metadata = json::parse(read_file(world->folder("meta")));
        Words found;
        for (const auto *name : {"app", "child", "db", "shop"})
            if (auto target = metadata.find(name); target != metadata.end())
                found.emplace_back(
                    split(target->at("buildx.build.ref").get<std::string>(), '/').at(1));
        return join(found, " ");
    };
    EXPECT_EQ(nodes(true, {"--load"}), "one one two two");
    for (const auto *image : {"app", "child", "db", "shop"})
        EXPECT_EQ(near->docker({"run", "--rm", image, "cat", "/name"}).out,
                  std::string(image == std::string("child") ? "app" : image) + "\n");
    EXPECT_EQ(nodes(true, {"--set", "*.platform=linux/amd64", "--jobs", "1"}), "one one two two");
    EXPECT_EQ(nodes(true, {"shop"}), "two");
    EXPECT_EQ(nodes(false, {}), "one one one one");
}

TEST_F(TwoEnginesTest, AStoppedEngineIsNamedAndNothingIsTagged) {
    far->stop();
    auto image = repository("stopped");
    auto ours = build(true, {"--push", "-t", image + ":ours"}),
         theirs = build(false, {"--push", "-t", image + ":theirs"});
    far->start();
    join_networks(); // the old network is gone
    EXPECT_NE(ours.code, 0);
    expect_one_error(ours);
    EXPECT_THAT(ours.err, HasSubstr("node far: "));
    EXPECT_NE(theirs.code, 0);
    EXPECT_FALSE(is_tagged(image + ":ours"));
    EXPECT_FALSE(is_tagged(image + ":theirs"));
    auto again = build(true, {"--push", "-t", image + ":ours"});
    EXPECT_EQ(again.code, 0) << again.err;
}

TEST_F(TwoEnginesTest, AnEngineKilledDuringTheBuildIsNamedAndNothingIsTagged) {
    world->write("slow/Dockerfile", "FROM --platform=linux/amd64 busybox AS work\n"
                                    "RUN echo started; sleep 60.25; date >/done\n"
                                    "FROM scratch AS arm64\nCOPY --from=work /done /\n"
                                    "FROM scratch AS amd64\nCOPY Dockerfile /\n"
                                    "FROM $TARGETARCH\n");
    auto image = repository("killed");
    auto building = std::async(std::launch::async, [&] {
        return build(true, {"--push", "-t", image}, "slow");
    });
    for (int i = 0; i < 200 && run({"pgrep", "-xf", "sleep 60.25"}).code != 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    auto killed = std::chrono::steady_clock::now();
    far->signal(SIGKILL);
    auto result = building.get();
    EXPECT_LT(std::chrono::steady_clock::now() - killed, std::chrono::seconds(20));
    EXPECT_NE(result.code, 0);
    expect_one_error(result);
    EXPECT_THAT(result.err, HasSubstr("node far: "));
    EXPECT_FALSE(is_tagged(image));
    far->start();
}

} // namespace
} // namespace berth::test
