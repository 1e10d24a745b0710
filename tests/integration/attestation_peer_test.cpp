// SPDX-License-Identifier: Apache-2.0
// Attestations, annotations and --call, compared with docker buildx on one builder.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class AttestationPeerTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.builder("attest");

    void SetUp() override { world.write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /d\n"); }

    std::vector<std::string> words(const std::vector<std::string> &options,
                                   const std::string &folder = "app") {
        std::vector<std::string> all = {"build", "--builder", builder};
        all.insert(all.end(), options.begin(), options.end());
        all.push_back(world.folder(folder));
        return all;
    }
    // The index in an OCI archive, without the time of its making.
    json index_of(const std::string &archive) {
        auto index = json::parse(run({"tar", "-x", "-O", "-f", archive, "index.json"}).out);
        for (auto &manifest : index["manifests"])
            if (manifest.contains("annotations"))
                manifest["annotations"].erase("org.opencontainers.image.created");
        return index;
    }
};

TEST_F(AttestationPeerTest, AnnotationsMakeTheSameImage) {
    for (const auto &options : std::initializer_list<std::vector<std::string>>{
             {"--provenance=false"},
             {"--provenance=false", "--annotation", "a=b", "--annotation",
              "manifest[linux/amd64]:c=d", "--annotation", "manifest,manifest-descriptor:e=f"},
             {"--attest", "type=provenance,disabled=true", "--annotation", "x=1,2 \"3\""}}) {
        auto ours = options, theirs = options;
        ours.insert(ours.end(), {"-o", "type=oci,dest=" + world.folder("ours.tar")});
        theirs.insert(theirs.end(), {"-o", "type=oci,dest=" + world.folder("theirs.tar")});
        auto mine = world.berth(words(ours)), peers = world.peer(words(theirs));
        ASSERT_EQ(mine.code, 0) << mine.err;
        ASSERT_EQ(peers.code, 0) << peers.err;
        EXPECT_EQ(index_of(world.folder("ours.tar")), index_of(world.folder("theirs.tar")))
            << join(options, " ");
    }
}

TEST_F(AttestationPeerTest, ProvenanceComesWithTheFiles) {
    auto result = world.berth(
        words({"--provenance=mode=max", "-o", "type=local,dest=" + world.folder("out")}));
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(std::filesystem::exists(world.path() / "out" / "provenance.json"));
    auto plain = world.berth(words({"-o", "type=local,dest=" + world.folder("plain")}));
    ASSERT_EQ(plain.code, 0) << plain.err;
    EXPECT_FALSE(std::filesystem::exists(world.path() / "plain" / "provenance.json"));
}

TEST_F(AttestationPeerTest, ErrorsAreTheSame) {
    auto oci = "type=oci,dest=" + world.folder("x.tar");
    struct Case {
        std::vector<std::string> options;
        const char *said;
    };
    for (const auto &[options, said] : {
             Case{{"-o", oci, "--annotation", "bad"},
                  "invalid annotation \"bad\", expected key=value"},
             Case{{"-o", oci, "--annotation", "foo:a=b"}, "unknown annotation type \"foo\""},
             Case{{"--attest", "type=foo"}, "unknown attestation type \"foo\""},
             Case{{"--attest", "mode=max"}, "attestation type not specified"},
             Case{{"-o", oci, "--annotation", "index:a=b", "--provenance=false"},
                  "index annotations not supported for single platform export"},
         }) {
        auto ours = world.berth(words(options)), theirs = world.peer(words(options));
        EXPECT_NE(ours.code, 0) << said;
        EXPECT_NE(theirs.code, 0) << said;
        EXPECT_THAT(ours.err, HasSubstr(said));
        EXPECT_THAT(theirs.err, HasSubstr(said));
    }
}

TEST_F(AttestationPeerTest, CallPrintsTheSame) {
    world.write("odd/Dockerfile",
                "from scratch AS base\nMAINTAINER x\n# what it is for\nFROM base AS last\n"
                "ARG COLOUR=red\nCOPY Dockerfile /\n");
    world.write("good/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    for (const auto *folder : {"odd", "good"})
        for (const auto *call : {"--check", "--call=check", "--call=targets", "--call=outline"}) {
            auto ours = world.berth(words({call}, folder)),
                 theirs = world.peer(words({call}, folder));
            EXPECT_EQ(ours.code, theirs.code) << call << folder << ours.err;
            EXPECT_EQ(trim(ours.out), trim(theirs.out)) << call;
        }
}

TEST_F(AttestationPeerTest, MetadataHasTheKeysOfDockerBuildxAndTheStoreKnowsTheBuild) {
    for (const auto &options : std::initializer_list<std::vector<std::string>>{
             {},
             {"-o", "type=local,dest=" + world.folder("o")},
             {"--load", "-t", world.image("m")}}) {
        auto read = [&](bool berth) {
            auto file = world.folder("metadata.json");
            auto all = words(options);
            all.insert(all.end(), {"--metadata-file", file});
            auto result = berth ? world.berth(all) : world.peer(all);
            EXPECT_EQ(result.code, 0) << result.err;
            return json::parse(read_file(file));
        };
        auto ours = read(true), theirs = read(false);
        auto ref = ours.value("buildx.build.ref", "");
        EXPECT_TRUE(ref.starts_with(builder + "/" + builder + "0/")) << ref;
        auto saved = read_file_if_exists(world.path() / "store" / "refs" / ref);
        ASSERT_TRUE(saved.has_value()) << ref;
        auto peers = read_file(world.path() / "store" / "refs" / theirs["buildx.build.ref"]);
        EXPECT_EQ(*saved, peers);
        std::vector<std::string> our_keys, their_keys;
        for (const auto &item : ours.items())
            our_keys.push_back(item.key());
        for (const auto &item : theirs.items())
            their_keys.push_back(item.key());
        EXPECT_EQ(our_keys, their_keys) << join(options, " ");
    }
}

TEST_F(AttestationPeerTest, ProxiesOfDockersConfigurationAreBuildArguments) {
    world.write("docker/config.json",
                R"({"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"*"}}})");
    world.write("app/Dockerfile",
                "FROM busybox\nARG X\nRUN env | grep -i _proxy | sort >/proxies\n");
    Variables variables = {{"DOCKER_CONFIG", world.folder("docker")}};
    auto run_both = [&](bool berth, const std::string &folder) {
        auto all = words({"--no-cache", "-o", world.folder(folder)});
        auto result = berth ? world.berth(all, variables) : world.peer(all, variables);
        EXPECT_EQ(result.code, 0) << result.err;
        return read_file(world.path() / folder / "proxies");
    };
    auto ours = run_both(true, "ours");
    EXPECT_EQ(ours, run_both(false, "theirs"));
    EXPECT_THAT(ours, HasSubstr("HTTP_PROXY=http://p:1"));

    // With a password, too; but a dry run does not print it.
    world.write("docker/config.json",
                R"({"proxies":{"default":{"httpProxy":"http://me:hidden@p:1"}}})");
    ours = run_both(true, "ours-too");
    EXPECT_EQ(ours, run_both(false, "theirs-too"));
    EXPECT_THAT(ours, HasSubstr("HTTP_PROXY=http://me:hidden@p:1"));
    auto dry = world.berth(words({"--dry-run", "--debug"}), variables);
    EXPECT_EQ(dry.code, 0) << dry.err;
    EXPECT_THAT(dry.out, HasSubstr("# not shown: build-arg:HTTP_PROXY"));
    EXPECT_EQ((dry.out + dry.err).find("hidden"), std::string::npos);
}

} // namespace
} // namespace berth::test
