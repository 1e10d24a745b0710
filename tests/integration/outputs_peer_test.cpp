// SPDX-License-Identifier: Apache-2.0
// Several outputs at once, caches in directories and the metadata of builds, compared with docker
// buildx on one builder.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <algorithm>
#include <filesystem>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

class OutputsPeerTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.builder("outputs");

    void SetUp() override {
        world.write("app/Dockerfile", "FROM busybox AS base\nRUN echo built >/made\nFROM scratch\n"
                                      "COPY --from=base /made /\nCOPY a /\n");
        world.write("app/a", "hello\n");
    }
    std::vector<std::string> build(std::vector<std::string> more) {
        std::vector<std::string> words = {"build", "--builder", builder};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(world.folder("app"));
        return words;
    }
    // Files below a directory with their content. A local content store leaves `ingest` and
    // cache.lock.
    std::map<std::string, std::string> files(const std::string &folder) {
        std::map<std::string, std::string> all;
        for (const auto &entry : fs::recursive_directory_iterator(world.folder(folder)))
            if (entry.is_regular_file() && entry.path().filename() != "cache.lock")
                all[fs::relative(entry.path(), world.folder(folder)).string()] =
                    read_file(entry.path());
        for (auto &[name, content] : all)
            if (name.ends_with("index.json"))
                content = json::parse(content).dump();
        return all;
    }
    json metadata(const std::string &file) { return json::parse(read_file(world.folder(file))); }
};

TEST_F(OutputsPeerTest, SeveralOutputsAtOnce) {
    auto image = world.image("several");
    auto run_with = [&](const std::string &who, auto program) {
        return (world.*
                program)(build({"-t", image, "--load", "--metadata-file",
                                world.folder(who + ".json"), "-o", world.folder(who + ".files"),
                                "-o", "type=oci,tar=false,dest=" + world.folder(who + ".layout"),
                                "-o", "type=tar,dest=" + world.folder(who + ".tar"), "--cache-to",
                                "type=local,mode=max,dest=" + world.folder(who + ".cache")}),
                         {}, "");
    };
    auto theirs = run_with("peer", &World::peer);
    ASSERT_EQ(theirs.code, 0) << theirs.err;
    auto ours = run_with("berth", &World::berth);
    ASSERT_EQ(ours.code, 0) << ours.err;
    for (const std::string what : {".files", ".layout", ".cache"}) {
        auto mine = files("berth" + what), peers = files("peer" + what);
        if (what == ".layout") { // the index has the time, and so has provenance, which it names
            EXPECT_EQ(mine.size(), peers.size());
            std::erase_if(mine, [&](const auto &file) { return !peers.contains(file.first); });
            std::erase_if(peers, [&](const auto &file) { return !mine.contains(file.first); });
            EXPECT_GE(mine.size(), 6u) << "index.json, oci-layout, manifest, config, two layers";
            mine.erase("index.json");
            peers.erase("index.json");
        }
        EXPECT_EQ(mine, peers) << what;
    }
    EXPECT_EQ(files("berth.files").at("made"), "built\n");
    EXPECT_EQ(read_file(world.folder("berth.tar")), read_file(world.folder("peer.tar")));
    auto mine = metadata("berth.json"), peers = metadata("peer.json");
    EXPECT_THAT(mine.at("buildx.build.ref").get<std::string>(), HasSubstr(builder + "/"));
    for (auto *both : {&mine, &peers}) {
        both->erase("buildx.build.ref");
        both->erase("containerimage.descriptor"); // of an index with provenance, which has times
        both->erase("containerimage.digest");
        both->erase("containerimage.config.digest"); // there or not, in either program
    }
    EXPECT_EQ(mine, peers);
    EXPECT_EQ(docker({"exec", "buildx_buildkit_" + builder + "0", "sh", "-c", "ls /tmp"}).out, "")
        << "nothing is left in the builder";
}

TEST_F(OutputsPeerTest, LoadedAndInADirectory) {
    auto image = world.image("loaded");
    std::string ids[2];
    for (int i : {0, 1}) {
        auto program = i == 0 ? &World::peer : &World::berth;
        auto result =
            (world.*program)(build({"-t", image, "--load", "-o", world.folder("out")}), {}, "");
        ASSERT_EQ(result.code, 0) << result.err;
        ids[i] = image_id(image);
        EXPECT_EQ(files("out").at("made"), "built\n");
        fs::remove_all(world.folder("out"));
        ASSERT_EQ(docker({"rmi", image}).code, 0);
    }
    EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(OutputsPeerTest, AnotherBuilderUsesACacheInADirectory) {
    auto cache = world.folder("cache");
    auto first = world.berth(build({"--cache-to", "type=local,mode=max,dest=" + cache}));
    ASSERT_EQ(first.code, 0) << first.err;
    auto other = world.builder("another");
    for (auto program : {&World::berth, &World::peer}) {
        auto again = (world.*program)({"build", "--builder", other, "--progress", "plain",
                                       "--cache-from", "type=local,src=" + cache, "-o",
                                       world.folder("out"), world.folder("app")},
                                      {}, "");
        ASSERT_EQ(again.code, 0) << again.err;
        EXPECT_THAT(again.err, HasSubstr("importing cache manifest from local:"));
        EXPECT_THAT(again.err, HasSubstr("[base 2/2] RUN echo built >/made\n"));
        // Not CACHED is a step whose layer is fetched before the progress is shown.
        for (const std::string step :
             {"RUN echo built >/made", "COPY --from=base /made /", "COPY a /"})
            EXPECT_THAT(again.err, ContainsRegex(step + "\n#[0-9]+ (CACHED|sha256:)"));
        ASSERT_EQ(world.berth({"prune", "--builder", other, "--all", "--force"}).code, 0);
    }
    auto before = fs::last_write_time(cache + "/blobs/sha256");
    auto third = world.berth(build({"--cache-to", "type=local,mode=max,dest=" + cache}));
    ASSERT_EQ(third.code, 0) << third.err;
    EXPECT_EQ(fs::last_write_time(cache + "/blobs/sha256"), before) << "no blob came again";
    auto missing =
        world.berth(build({"--cache-from", "type=local,src=" + world.folder("nothing")}));
    EXPECT_EQ(missing.code, 0);
    EXPECT_THAT(missing.err,
                HasSubstr("WARNING: local cache import at " + world.folder("nothing")));
}

TEST_F(OutputsPeerTest, MetadataOfEveryKind) {
    auto both = [&](std::vector<std::string> words, const Variables &variables = {}) {
        for (const std::string who : {"peer", "berth"}) {
            auto all = words;
            all.insert(all.end(), {"--metadata-file", world.folder(who + ".json")});
            auto program = who == "peer" ? &World::peer : &World::berth;
            auto result = (world.*program)(build(all), variables, "");
            ASSERT_EQ(result.code, 0) << result.err;
            if (!variables.contains("BUILDX_METADATA_PROVENANCE")) {
                EXPECT_THAT(result.err, HasSubstr("resolving provenance for metadata file"));
            }
        }
        auto ours = metadata("berth.json"), theirs = metadata("peer.json");
        for (auto *one : {&ours, &theirs})
            one->erase("buildx.build.ref");
        for (auto *one : {&ours, &theirs}) // of a session
            if (one->contains("buildx.build.warnings")) {
                auto &warnings = (*one)["buildx.build.warnings"];
                for (auto &warning : warnings) {
                    warning.erase("vertex");
                    if (warning.contains("sourceInfo")) // docs/compatibility.md
                        warning["sourceInfo"].erase("definition");
                }
                std::sort(warnings.begin(), warnings.end()); // BuildKit reports them in any order
            }
        // Times are in these.
        for (const auto *key : {"containerimage.descriptor", "containerimage.digest"}) {
            EXPECT_EQ(ours.contains(key), theirs.contains(key)) << key;
            ours.erase(key);
            theirs.erase(key);
        }
        EXPECT_EQ(ours, theirs) << join(words, " ");
    };
    both({});
    both({"-o", "type=image"});
    both(
        {"-o", "type=oci,dest=" + world.folder("x.tar"), "--attest", "type=provenance,version=v1"});
    both({"-o", world.folder("x")}, {{"BUILDX_METADATA_PROVENANCE", "disabled"}});
    world.write("app/Dockerfile", "from scratch\nCOPY a /\nMAINTAINER me\n");
    both({"-o", world.folder("x")}, {{"BUILDX_METADATA_WARNINGS", "1"}});
    EXPECT_FALSE(metadata("berth.json").at("buildx.build.warnings").empty());
}

TEST_F(OutputsPeerTest, AWorkTreeIsNamedInProvenanceAndLabels) {
    auto git = [&](std::vector<std::string> words) {
        std::vector<std::string> all = {"git",          "-C", world.folder("app"),        "-c",
                                        "user.name=me", "-c", "user.email=me@example.com"};
        all.insert(all.end(), words.begin(), words.end());
        auto result = run(all);
        ASSERT_EQ(result.code, 0) << result.err;
    };
    git({"init", "-q"});
    git({"add", "."});
    git({"commit", "-q", "-m", "first"});
    git({"remote", "add", "origin", "https://me:secret@example.com/app.git"});
    world.write("app/new", "not committed");
    std::vector<json> shown;
    std::vector<std::string> ids;
    for (auto program : {&World::peer, &World::berth}) {
        auto image = world.image("labelled");
        auto result = (world.*program)(
            build({"-t", image, "--load", "--metadata-file", world.folder("m.json")}),
            {{"BUILDX_METADATA_PROVENANCE", "max"},
             {"BUILDX_GIT_LABELS", "1"},
             {"BUILDX_GIT_CHECK_DIRTY", "1"}},
            "");
        ASSERT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(result.err.find("secret"), std::string::npos);
        shown.push_back(metadata("m.json")["buildx.build.provenance"]["metadata"]
                                          ["https://mobyproject.org/buildkit@v1#metadata"]["vcs"]);
        ids.push_back(image_id(image));
    }
    EXPECT_EQ(shown[0], shown[1]);
    EXPECT_EQ(shown[1]["source"], "https://xxxxx:xxxxx@example.com/app.git");
    EXPECT_THAT(shown[1]["revision"].get<std::string>(), ::testing::EndsWith("-dirty"));
    EXPECT_EQ(ids[0], ids[1]) << "the same labels";
}

TEST_F(OutputsPeerTest, AFailedBuildReportsItsName) {
    world.write("app/Dockerfile", "FROM busybox\nRUN false\n");
    auto result = world.berth(build({"--metadata-file", world.folder("m.json")}));
    EXPECT_EQ(result.code, 1);
    auto ref = metadata("m.json").at("buildx.build.ref").get<std::string>();
    EXPECT_TRUE(ref.starts_with(builder + "/" + builder + "0/")) << ref;
    EXPECT_TRUE(fs::exists(world.path() / "store" / "refs" / ref) ||
                !fs::exists(world.path() / "store"))
        << ref;
}

} // namespace
} // namespace berth::test
