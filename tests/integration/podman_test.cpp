// SPDX-License-Identifier: Apache-2.0
// berth on podman: a real one, with a BuildKit that runs in it.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>
#include <unistd.h>

namespace berth::test {
namespace {

using ::testing::HasSubstr;

class PodmanTest : public ::testing::Test {
  protected:
    static std::string script() {
        return (std::filesystem::path(BERTH_TEST_DATA).parent_path() / "dev/private-podman")
            .string();
    }
    static void SetUpTestSuite() {
        if (::geteuid() != 0)
            return;
        folder = new TemporaryDirectory;
        auto made = run({script(), (folder->path() / "podman").string()});
        ASSERT_EQ(made.code, 0) << made.err;
        podman = std::string(trim(made.out));
    }
    static void TearDownTestSuite() {
        if (folder != nullptr)
            run({script(), (folder->path() / "podman").string(), "stop"});
        delete folder;
        folder = nullptr;
    }
    void SetUp() override {
        if (::geteuid() != 0)
            GTEST_SKIP() << "a podman of the test's own takes root";
        variables = {{"BERTH_DOCKER", podman}, {"DOCKER_HOST", ""}, {"DOCKER_CONTEXT", ""}};
    }

    World world;
    Variables variables;
    static inline TemporaryDirectory *folder = nullptr;
    static inline std::string podman;
};

TEST_F(PodmanTest, BuildsLoadsAndRuns) {
    auto name = world.name("podman");
    auto created = world.berth(
        {"create", "--name", name, "--bootstrap", "--driver-opt", "memory=1g,env.TZ=UTC"},
        variables);
    ASSERT_EQ(created.code, 0) << created.err;
    auto listed =
        world.berth({"ls", "--format", "{{.Name}} {{.Status}} {{.Platforms}}"}, variables);
    EXPECT_THAT(listed.out, HasSubstr(name + "0 running linux/")) << listed.err;
    EXPECT_THAT(listed.out, HasSubstr("default running linux/"));

    // Something that runs, without a registry.
    auto rootfs = world.folder("app/rootfs.tar");
    auto box = world.name("box");
    world.write("app/Dockerfile",
                "FROM scratch\nADD rootfs.tar /\nCOPY file /\nRUN cp /file /copy\nCMD cat /copy\n");
    world.write("app/file", "first\n");
    ASSERT_EQ(docker({"create", "--name", box, "busybox"}).code, 0);
    ASSERT_EQ(docker({"export", "--output", rootfs, box}).code, 0);
    auto image = world.name("image");
    auto build = [&] {
        auto result = world.berth(
            {"--builder", name, "build", "--load", "-t", image, world.folder("app")}, variables);
        EXPECT_EQ(result.code, 0) << result.err;
        return run({podman, "run", "--rm", image}).out;
    };
    EXPECT_EQ(build(), "first\n");
    auto before = run({podman, "image", "inspect", "--format", "{{.Id}}", image}).out;
    EXPECT_EQ(build(), "first\n");
    EXPECT_EQ(run({podman, "image", "inspect", "--format", "{{.Id}}", image}).out, before);
    world.write("app/file", "second\n");
    EXPECT_EQ(build(), "second\n");

    // A context that is sent, an output to the client, the cache; stop, start, and the end.
    auto written = world.berth(
        {"--builder", name, "build", "-o", world.folder("out"), world.folder("app")}, variables);
    EXPECT_EQ(written.code, 0) << written.err;
    EXPECT_TRUE(std::filesystem::exists(world.path() / "out/copy"));
    EXPECT_THAT(world.berth({"--builder", name, "du"}, variables).out, HasSubstr("Total:"));
    EXPECT_EQ(world.berth({"stop", name}, variables).code, 0);
    EXPECT_THAT(world.berth({"ls"}, variables).out, HasSubstr("stopped"));
    EXPECT_EQ(build(), "second\n");
    auto again = world.berth({"create", "--name", name}, variables);
    EXPECT_NE(again.code, 0);
    EXPECT_EQ(world.berth({"rm", name}, variables).code, 0);
    EXPECT_NE(run({podman, "container", "inspect", "buildx_buildkit_" + name + "0"}).code, 0);
    EXPECT_NE(run({podman, "volume", "inspect", "buildx_buildkit_" + name + "0_state"}).code, 0);
}

TEST_F(PodmanTest, DoctorAndMistakes) {
    auto doctor = world.berth({"doctor"}, variables);
    EXPECT_EQ(doctor.code, 0) << doctor.out << doctor.err;
    EXPECT_THAT(doctor.out, HasSubstr("podman 4")) << "its version";
    EXPECT_THAT(doctor.out, HasSubstr("driver cgroupfs"));
    auto none = world.berth({"create", "--bootstrap", "--name", world.name("none"), "--driver-opt",
                             "image=localhost/berth-none:none"},
                            variables);
    EXPECT_EQ(none.code, 5) << none.err;
    EXPECT_THAT(none.err, HasSubstr("berth-none"));
    EXPECT_EQ(run({podman, "volume", "ls", "--quiet"}).out, "") << "nothing half-made is left";
}

} // namespace
} // namespace berth::test
