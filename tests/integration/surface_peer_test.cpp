// SPDX-License-Identifier: Apache-2.0
// Environment variables and flags off the beaten track, beside docker buildx.
#include "berth/util/file.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class SurfacePeerTest : public ::testing::Test {
  protected:
    World world;

    void SetUp() override {
        world.write("app/Dockerfile", "FROM scratch\nCOPY a /\n");
        world.write("app/a", "hello\n");
    }
    // Of berth and of docker buildx, with `FILE` in an argument as a file of its own.
    std::pair<Result, Result> both(std::vector<std::string> words, const Variables &variables) {
        auto with = [&](const std::string &who) {
            auto mine = words;
            for (auto &word : mine)
                if (auto at = word.find("FILE"); at != std::string::npos)
                    word.replace(at, 4, world.folder(who));
            mine.push_back(world.folder("app"));
            return mine;
        };
        auto ours = world.berth(with("ours"), variables);
        auto theirs = world.peer(with("theirs"), variables);
        EXPECT_EQ(ours.code, 0) << ours.err;
        EXPECT_EQ(theirs.code, 0) << theirs.err;
        return {ours, theirs};
    }
    json document(const std::string &who) { return json::parse(read_file(world.folder(who))); }
};

// Each program starts a builder and builds with it.
TEST_F(SurfacePeerTest, TheWorkflowIsInProvenance) {
    Variables variables = {
        {"GITHUB_ACTIONS", "true"},
        {"GITHUB_EVENT_NAME", "push"},
        {"GITHUB_EVENT_PATH", world.write("event.json", R"({"number":7,"who":"<ann>"})")},
        {"GITHUB_ACTOR", "ann"},
        {"GITHUB_ACTOR_ID", "1"},
        {"GITHUB_TRIGGERING_ACTOR", "bob"},
        {"BUILDX_METADATA_PROVENANCE", "max"}};
    auto environment = [&](auto program, const std::string &who) {
        auto builder = world.builder(who, {}, false);
        auto result =
            (world.*program)({"build", "--builder", builder, "--provenance", "mode=max",
                              "--metadata-file", world.folder(who + ".json"), world.folder("app")},
                             variables, "");
        EXPECT_EQ(result.code, 0) << result.err;
        return document(who + ".json")["buildx.build.provenance"]["invocation"]["environment"];
    };
    auto ours = environment(&World::berth, "ours");
    EXPECT_EQ(ours.value("github_triggering_actor", ""), "bob");
    EXPECT_EQ(ours, environment(&World::peer, "theirs"));
}

TEST_F(SurfacePeerTest, AttestationsNeedNotBeArtifacts) {
    auto builder = world.builder("artifacts");
    for (const auto *value : {"0", "1"}) {
        both({"build", "--builder", builder, "--provenance", "mode=max", "-o",
              "type=oci,tar=false,dest=FILE.layout"},
             {{"BUILDX_NO_DEFAULT_OCI_ARTIFACT", value}, {"SOURCE_DATE_EPOCH", "1"}});
        auto attestation = [&](const std::string &who) {
            auto blob = [&](const json &descriptor) {
                auto digest = descriptor["digest"].get<std::string>().substr(7);
                return document(who + ".layout/blobs/sha256/" + digest);
            };
            auto index = blob(document(who + ".layout/index.json")["manifests"].back());
            auto manifest = blob(index["manifests"][1]);
            return manifest["config"]["mediaType"].get<std::string>() +
                   manifest.value("artifactType", "");
        };
        EXPECT_EQ(attestation("ours"), attestation("theirs")) << value;
        EXPECT_EQ(attestation("ours").find("vnd.docker.attestation") == std::string::npos,
                  *value == '1');
    }
}

TEST_F(SurfacePeerTest, ABuildBelongsToATrace) {
    auto builder = world.builder("trace");
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    world.write("app/a", "traced\n");
    auto built = world.berth({"build", "--builder", builder, world.folder("app")},
                             {{"TRACEPARENT", "00-" + trace + "-b7ad6b7169203331-01"}});
    ASSERT_EQ(built.code, 0) << built.err;
    auto shown = world.berth({"history", "trace", "--builder", builder});
    ASSERT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr(trace));
}

TEST_F(SurfacePeerTest, DockerDesktopShowsTheBuild) {
    auto builder = world.builder("desktop");
    world.write("home/.docker/desktop-build/.lastaccess", "");
    auto [ours, theirs] = both({"build", "--builder", builder, "--progress", "plain"},
                               {{"HOME", world.folder("home")}, {"NO_COLOR", "1"}});
    auto line = "\nView build details: docker-desktop://dashboard/build/" + builder + "/";
    EXPECT_THAT(ours.err, HasSubstr(line));
    EXPECT_THAT(theirs.err, HasSubstr(line));
    world.write("fails/Dockerfile", "FROM scratch\nCOPY missing /\n");
    for (auto program : {&World::berth, &World::peer}) {
        auto failed = (world.*program)({"build", "--builder", builder, world.folder("fails")},
                                       {{"HOME", world.folder("home")}}, "");
        EXPECT_EQ(failed.code, 1);
        EXPECT_LT(failed.err.find("ERROR: "), failed.err.find(line)) << failed.err;
        EXPECT_NE(failed.err.find(line), std::string::npos) << failed.err;
    }
    auto elsewhere = world.berth({"build", "--builder", builder, world.folder("app")});
    EXPECT_THAT(elsewhere.err, Not(HasSubstr("View build details")));
}

TEST_F(SurfacePeerTest, ABuilderWithADeadNodeIsRemoved) {
    for (auto program : {&World::berth, &World::peer}) {
        auto builder = world.builder("dead");
        auto file = world.folder("store/instances/" + builder);
        auto record = json::parse(read_file(file));
        auto dead = record["Nodes"][0];
        dead["Name"] = builder + "1";
        dead["Endpoint"] = "tcp://127.0.0.1:9";
        record["Nodes"].push_back(dead);
        write_file_atomically(file, record.dump());
        auto removed = (world.*program)({"rm", builder}, {}, "");
        EXPECT_NE(removed.code, 0);
        EXPECT_THAT(removed.err, HasSubstr(builder + "1"));
        EXPECT_EQ(read_file_if_exists(file), std::nullopt);
        EXPECT_TRUE(inspect("buildx_buildkit_" + builder + "0").is_null());
    }
}

} // namespace
} // namespace berth::test
