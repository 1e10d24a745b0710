// SPDX-License-Identifier: Apache-2.0
// Parsing docker's JSON, also malformed.
#include "berth/docker/parse.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::docker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(DockerParseTest, Containers) {
    auto containers = parse_containers(
        R"({"Id":"c891","Name":"/buildx_buildkit_b0","State":{"Status":"exited","ExitCode":137,)"
        R"("OOMKilled":true,"Error":"e","StartedAt":"2026-11-24T01:35:25.8Z"},"Reference":"moby/b",)"
        R"("Image":"sha256:7a","Mounts":[{"Type":"volume","Name":"v","Destination":"/var/lib/b"},)"
        R"({"Type":"bind","Source":"/x","Destination":"/y"}]})"
        "\n\n"
        R"({"Id":"d","Name":"/two","State":{"Status":"running"},"Reference":"i","Image":"s","Mounts":null})"
        "\n");
    ASSERT_EQ(containers.size(), 2u);
    const auto &first = containers[0];
    EXPECT_EQ(first.name, "buildx_buildkit_b0");
    EXPECT_EQ(first.status, "exited");
    EXPECT_EQ(first.exit_code, 137);
    EXPECT_TRUE(first.out_of_memory);
    EXPECT_EQ(first.error, "e");
    EXPECT_EQ(first.started_at, "2026-11-24T01:35:25.8Z");
    EXPECT_EQ(first.image, "moby/b");
    EXPECT_EQ(first.image_id, "sha256:7a");
    EXPECT_THAT(first.volumes, ElementsAre(Pair("/var/lib/b", "v")));
    EXPECT_THAT(containers[1].volumes, IsEmpty());
}

TEST(DockerParseTest, Images) {
    auto images = parse_images(
        R"({"Id":"sha256:1","RepoTags":["a:1","b:2"],"RootFS":{"Type":"layers","Layers":["x","y"]}})"
        "\n"
        R"({"Id":"sha256:2","RepoTags":null,"Descriptor":{"digest":"sha256:3"}})");
    ASSERT_EQ(images.size(), 2u);
    EXPECT_THAT(images[0].tags, ElementsAre("a:1", "b:2"));
    EXPECT_THAT(images[0].diff_ids, ElementsAre("x", "y"));
    EXPECT_EQ(images[0].descriptor_digest, "");
    EXPECT_THAT(images[1].tags, IsEmpty());
    EXPECT_EQ(images[1].descriptor_digest, "sha256:3");
}

TEST(DockerParseTest, EngineInfo) {
    auto info =
        parse_info(R"({"ServerVersion":"20.10.24","CgroupDriver":"cgroupfs","OSType":"linux",)"
                   R"("Architecture":"x86_64","SecurityOptions":["name=seccomp","name=userns"],)"
                   R"("DriverStatus":[["Backing Filesystem","extfs"]],"Runtimes":{"runc":{}}})");
    EXPECT_EQ(info.cgroup_driver, "cgroupfs");
    EXPECT_EQ(info.os_type, "linux");
    EXPECT_THAT(info.security_options, ElementsAre("name=seccomp", "name=userns"));
    EXPECT_FALSE(info.containerd_store);
    EXPECT_FALSE(info.has_gpus);
    EXPECT_TRUE(parse_info(R"({"DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]})")
                    .containerd_store);
}

TEST(DockerParseTest, AnEmptyListIsNothing) {
    EXPECT_THAT(parse_containers("[]\n"), IsEmpty());
    EXPECT_THAT(parse_images("[]\n"), IsEmpty());
    EXPECT_THAT(parse_containers(""), IsEmpty());
}

TEST(DockerParseTest, GarbageIsAnErrorThatNamesTheCommand) {
    struct Case {
        const char *text, *says;
    };
    for (auto [text, says] : {
             Case{"hello", "printed something other than a JSON object: hello"},
             Case{"{\"Id\":\"a\"", "other than a JSON object"},
             Case{"[1,2]", "other than a JSON object"},
             Case{"{}", "printed no field Id"},
             Case{R"({"Id":7})", "field Id with an unexpected type, number"},
             Case{R"({"Id":"a","Name":"n","State":"up"})", "no field State.Status"},
             Case{R"({"Id":"a","Name":"n","State":{"Status":"x","ExitCode":"y"}})",
                  "field State.ExitCode with an unexpected type, string"},
             Case{"\x1b[2Jx", "\\x1b[2Jx"},
         }) {
        try {
            parse_containers(text);
            ADD_FAILURE() << text;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("`docker container inspect`")) << text;
            EXPECT_THAT(error.what(), HasSubstr(says));
            EXPECT_FALSE(error.hint().empty()) << text;
        }
    }
    for (const auto *output :
         {"{}", "null", R"({"Id":"a","RepoTags":"x"})", R"({"Id":"a","RepoTags":[1]})",
          R"({"Id":"a","RootFS":{"Layers":{}}})"})
        EXPECT_THROW(parse_images(output), Error) << output;
    EXPECT_THROW(parse_info("no engine"), Error);
}

// As docker 20.10.24 and 28.2.2 print it.
const std::string running =
    R"({"Id":"c8911524ea17","Name":"/buildx_buildkit_b0","State":{"Dead":false,"Error":"",)"
    R"("ExitCode":0,"FinishedAt":"0001-01-01T00:00:00Z","OOMKilled":false,"Paused":false,)"
    R"("Pid":4152,"Restarting":false,"Running":true,"StartedAt":"2026-11-24T01:35:25.826497676Z",)"
    R"("Status":"running"},"Reference":"moby/buildkit:buildx-stable-1","Image":"sha256:7a6f",)"
    R"("Mounts":[{"Destination":"/var/lib/buildkit","Driver":"local","Mode":"z",)"
    R"("Name":"buildx_buildkit_b0_state","Propagation":"","RW":true,"Source":"/data/volumes/x",)"
    R"("Type":"volume"},{"Destination":"/usr/lib/wsl","Mode":"","RW":false,)"
    R"("Source":"/usr/lib/wsl","Type":"bind"}]})";

TEST(DockerParseTest, TruncatedAnswersAreErrorsAndDoNotCrash) {
    for (std::size_t size = 1; size < running.size(); ++size)
        EXPECT_THROW(parse_containers(running.substr(0, size)), Error) << size;
}

TEST(DockerParseTest, SkipsOddMounts) {
    for (const auto *mounts : {"{}", "7", "[7,null,[]]", R"([{"Type":"volume"}])",
                               R"([{"Type":"volume","Name":1,"Destination":"/x"}])"})
        EXPECT_TRUE(
            parse_containers(R"({"Id":"1","Name":"/c","State":{"Status":"created"},"Mounts":)" +
                             std::string(mounts) + "}")
                .at(0)
                .volumes.empty())
            << mounts;
}

TEST(DockerParseTest, DeepNestingDoesNotCrash) {
    std::string deep(200'000, '[');
    EXPECT_THROW(parse_containers(R"({"Id":)" + deep), Error);
    EXPECT_THROW(parse_containers(R"({"Id":)" + deep + std::string(deep.size(), ']') + "}"), Error);
}

TEST(DockerParseTest, DistinguishesImageStores) {
    EXPECT_TRUE(parse_info(R"({"DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]})")
                    .containerd_store);
    for (const auto *status :
         {"null", "{}", "[]", R"([["driver-type"]])", R"([[1,2]])", R"(["x"])"})
        EXPECT_FALSE(parse_info(R"({"DriverStatus":)" + std::string(status) + "}").containerd_store)
            << status;
}

TEST(DockerParseTest, RecognizesMissingInformation) {
    for (const auto *output : {"", "<html>", "[]", R"({"SecurityOptions":{"name":"x"}})",
                               R"({"CgroupDriver":2})", R"({"ServerErrors":7})"})
        EXPECT_THROW(parse_info(output), Error) << output;
}

} // namespace
} // namespace berth::docker
