// docker's JSON, and what is none.
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
             Case{"hello", "printed something that is no JSON object: hello"},
             Case{"{\"Id\":\"a\"", "no JSON object"},
             Case{"[1,2]", "no JSON object"},
             Case{"{}", "printed no field Id"},
             Case{R"({"Id":7})", "field Id of an unexpected type: 7"},
             Case{R"({"Id":"a","Name":"n","State":"up"})", "no field State.Status"},
             Case{R"({"Id":"a","Name":"n","State":{"Status":"x","ExitCode":"y"}})",
                  "field State.ExitCode of an unexpected type"},
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
    EXPECT_THROW(parse_images(R"({"Id":"a","RepoTags":[1]})"), Error);
    EXPECT_THROW(parse_info("no engine"), Error);
}

} // namespace
} // namespace berth::docker
