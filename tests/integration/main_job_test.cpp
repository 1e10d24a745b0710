// SPDX-License-Identifier: Apache-2.0
// The main job on a real engine: create a builder, build, load and run, with few docker commands.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>

namespace berth::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class MainJobTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("main");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static Result build(std::vector<std::string> arguments, const Variables &more = {}) {
        arguments.insert(arguments.begin(), {"build", "--builder", builder});
        return world->berth(arguments, more);
    }
    // The reference of an image with a layer that only the registry has.
    static std::string pushed_base(const std::string &name) {
        auto base = registry() + "/" + world->name(name) + ":v1";
        world->write(name + "/Dockerfile", "FROM scratch\nCOPY layer /\n");
        world->write(name + "/layer", world->name("the layer of " + name));
        auto pushed = build({"--push", "-t", base, world->folder(name)});
        EXPECT_EQ(pushed.code, 0) << pushed.err;
        return base;
    }

    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(MainJobTest, CreateShowsTheLogThatADockerBuildxUserKnows) {
    auto result = world->berth({"create", "--name", world->name("log"), "--bootstrap"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, world->name("log") + "\n");
    auto container = "buildx_buildkit_" + world->name("log") + "0";
    EXPECT_THAT(result.err, HasSubstr("#1 [internal] booting buildkit\n"));
    EXPECT_THAT(result.err, HasSubstr("#1 pulling image moby/buildkit:buildx-stable-1"));
    EXPECT_THAT(result.err, HasSubstr("#1 creating container " + container));
    EXPECT_THAT(result.err, HasSubstr("#1 DONE "));
    EXPECT_EQ(world->berth({"rm", world->name("log")}).code, 0);
    EXPECT_TRUE(inspect(container).is_null());
}

TEST_F(MainJobTest, BuildsLoadsAndRuns) {
    auto image = world->image("hello");
    world->write("hello/Dockerfile", "FROM busybox AS make\n"
                                     "COPY greeting.txt /in\n"
                                     "RUN tr a-z A-Z </in >/out\n"
                                     "FROM busybox\n"
                                     "COPY --from=make /out /greeting\n"
                                     "CMD [\"cat\", \"/greeting\"]\n");
    world->write("hello/greeting.txt", "hello from a builder\n");
    auto result = build({"--load", "-t", image, world->folder("hello")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("importing to docker"));
    EXPECT_EQ(docker({"run", "--rm", image}).out, "HELLO FROM A BUILDER\n");
}

TEST_F(MainJobTest, WithoutOutputsItWarnsLikeDockerBuildx) {
    world->write("bare/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    auto ours = build({world->folder("bare")});
    auto theirs = world->peer({"build", "--builder", builder, world->folder("bare")});
    EXPECT_EQ(ours.code, 0);
    auto warning = "WARNING: No output specified with docker-container driver.";
    EXPECT_THAT(theirs.err, HasSubstr(warning));
    auto line = theirs.err.substr(theirs.err.find(warning));
    EXPECT_THAT(ours.err, HasSubstr(line.substr(0, line.find('\n') + 1)));
}

TEST_F(MainJobTest, ANoOpBuildIsOneDockerCommandAndTwoWithLoad) {
    auto image = world->image("noop");
    world->write("noop/Dockerfile", "FROM scratch\nCOPY a /\n");
    world->write("noop/a", "a");
    ASSERT_EQ(build({"--load", "-t", image, world->folder("noop")}).code, 0);
    auto counting = world->counting();
    ASSERT_EQ(build({world->folder("noop")}, counting).code, 0);
    EXPECT_THAT(world->docker_commands(), SizeIs(1)) << join(world->docker_commands(), "\n");
    counting = world->counting();
    ASSERT_EQ(build({"--load", "-t", image, world->folder("noop")}, counting).code, 0);
    EXPECT_THAT(world->docker_commands(), SizeIs(2)) << join(world->docker_commands(), "\n");
}

TEST_F(MainJobTest, AChangedImageIsThreeDockerCommandsAndATouchedFileChangesNothing) {
    auto image = world->image("touched");
    world->write("touched/Dockerfile", "FROM scratch\nCOPY a /\n");
    world->write("touched/a", "a");
    ASSERT_EQ(build({"--load", "-t", image, world->folder("touched")}).code, 0);
    world->write("touched/a", "bc");
    auto counting = world->counting();
    auto changed = build({"--load", "-t", image, world->folder("touched")}, counting);
    ASSERT_EQ(changed.code, 0) << changed.err;
    EXPECT_THAT(changed.err, HasSubstr("loaded 1 of 1 layers"));
    EXPECT_THAT(world->docker_commands(), SizeIs(3)) << join(world->docker_commands(), "\n");
    auto id = image_id(image);

    std::filesystem::last_write_time(world->folder("touched/a"),
                                     std::filesystem::file_time_type::clock::now());
    counting = world->counting();
    auto touched = build({"--load", "-t", image, world->folder("touched")}, counting);
    EXPECT_EQ(touched.code, 0) << touched.err;
    EXPECT_THAT(touched.err, HasSubstr("exists already"));
    EXPECT_EQ(image_id(image), id);
    EXPECT_THAT(world->docker_commands(), SizeIs(2)) << join(world->docker_commands(), "\n");
}

TEST_F(MainJobTest, ListingTakesTwoDockerCommandsAndThenOne) {
    auto second = world->builder("second");
    auto counting = world->counting();
    auto first = world->berth({"ls"}, counting);
    EXPECT_THAT(world->docker_commands(), SizeIs(2)) << join(world->docker_commands(), "\n");
    // The platform of the engine is known now.
    counting = world->counting();
    auto result = world->berth({"ls"}, counting);
    EXPECT_EQ(result.out, first.out);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(builder));
    EXPECT_THAT(result.out, HasSubstr(second));
    EXPECT_EQ(count(result.out, "   running   v"), 2u) << result.out;
    EXPECT_THAT(world->docker_commands(), SizeIs(1)) << join(world->docker_commands(), "\n");
    EXPECT_EQ(world->berth({"rm", second}).code, 0);
}

TEST_F(MainJobTest, OnlyMissingLayersAreLoaded) {
    auto image = world->image("layers");
    world->write("layers/Dockerfile", "FROM busybox\nRUN head -c 3000000 /dev/urandom >/big\n"
                                      "COPY small /\n");
    world->write("layers/small", "one");
    ASSERT_EQ(build({"--load", "-t", image, world->folder("layers")}).code, 0);
    world->write("layers/small", "two");
    auto result = build({"--load", "-t", image, world->folder("layers")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("loaded 1 of 3 layers"));
    EXPECT_EQ(docker({"run", "--rm", image, "cat", "/small"}).out, "two");
    EXPECT_EQ(docker({"run", "--rm", image, "stat", "-c", "%s", "/big"}).out, "3000000\n");
}

TEST_F(MainJobTest, AnExistingImageIsOnlyTagged) {
    auto one = world->image("one"), two = world->image("two");
    world->write("tagged/Dockerfile", "FROM busybox\nLABEL of=tagged\n");
    ASSERT_EQ(build({"--load", "-t", one, world->folder("tagged")}).code, 0);
    auto counting = world->counting();
    ASSERT_EQ(build({"--load", "-t", one, "-t", two, world->folder("tagged")}, counting).code, 0);
    EXPECT_EQ(image_id(one), image_id(two));
    EXPECT_THAT(world->docker_commands(), Not(Contains(HasSubstr("load"))));
}

TEST_F(MainJobTest, PushedImagesCanBePulled) {
    auto image = registry() + "/" + world->name("pushed") + ":v1";
    world->write("pushed/Dockerfile", "FROM busybox\nCOPY what /\nCMD [\"cat\", \"/what\"]\n");
    world->write("pushed/what", "pushed\n");
    auto result = build({"--push", "-t", image, world->folder("pushed")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("pushing layers"));
    EXPECT_EQ(docker({"run", "--rm", image}).out, "pushed\n");
    docker({"image", "rm", "--force", image});
}

// BuildKit fetches no layer of an image that a build only adds settings to; the engine has none
// either.
TEST_F(MainJobTest, AnImageThatOnlyAddsSettingsIsLoadedWithItsLayers) {
    auto base = pushed_base("base");
    auto image = world->image("settings"), fresh = world->builder("fresh");
    world->write("settings/Dockerfile", "FROM " + base + "\nCMD [\"/x\"]\n");
    auto loaded = world->berth({"build", "--builder", fresh, "--load", "-t", image, "--cache-to",
                                "type=local,dest=" + world->folder("settings-cache"),
                                world->folder("settings")});
    ASSERT_EQ(loaded.code, 0) << loaded.err;
    auto ours = image_id(image);
    EXPECT_EQ(docker({"create", "--name", world->name("made"), image}).code, 0);
    docker({"rm", world->name("made")});
    auto theirs = world->peer(
        {"build", "--builder", fresh, "--load", "-t", image, world->folder("settings")});
    ASSERT_EQ(theirs.code, 0) << theirs.err;
    EXPECT_EQ(image_id(image), ours);
}

// The second solve, which exports the whole image, needs the archive again.
TEST_F(MainJobTest, AnArchiveWithOnlySettingsIsLoadedWithItsLayers) {
    auto base = pushed_base("archive-base");
    world->write("archive/Dockerfile", "FROM " + base + "\nCMD [\"/x\"]\n");
    world->write("archive/filler", std::string(3'000'000, 'x'));
    auto image = world->image("archive"), fresh = world->builder("fresh-archive");
    auto command = "tar -C " + shell_quote(world->folder("archive")) +
                   " -c . | \"$0\" build --builder " + fresh + " --load -t " + image + " -";
    auto loaded = run({"sh", "-c", command, BERTH_PROGRAM}, world->variables());
    ASSERT_EQ(loaded.code, 0) << loaded.err;
    EXPECT_EQ(docker({"create", "--name", world->name("made"), image}).code, 0);
    docker({"rm", world->name("made")});
}

TEST_F(MainJobTest, QuietPrintsOnlyTheImageId) {
    auto image = world->image("quiet");
    world->write("quiet/Dockerfile", "FROM busybox\nLABEL of=quiet\n");
    auto result = build({"-q", "--load", "-t", image, world->folder("quiet")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, image_id(image) + "\n");
    EXPECT_EQ(result.err, "");
}

TEST_F(MainJobTest, RawJsonIsOnlyJson) {
    world->write("raw/Dockerfile", "FROM busybox\nRUN echo raw\n");
    auto result =
        build({"--progress", "rawjson", "--load", "-t", world->image("raw"), world->folder("raw")});
    ASSERT_EQ(result.code, 0) << result.err;
    auto lines = split(std::string(trim(result.err)), '\n');
    EXPECT_GT(lines.size(), 5u);
    for (const auto &line : lines)
        EXPECT_TRUE(nlohmann::json::parse(line, nullptr, false).is_object()) << line;
}

TEST_F(MainJobTest, OutputsAsFilesAndDirectories) {
    world->write("files/Dockerfile", "FROM scratch\nCOPY a.txt dir /out/\n");
    world->write("files/a.txt", "a");
    world->write("files/dir/b.txt", "b");
    auto folder = world->folder("files-out");
    ASSERT_EQ(build({"-o", folder, world->folder("files")}).code, 0);
    EXPECT_EQ(run({"cat", folder + "/out/a.txt", folder + "/out/b.txt"}).out, "ab");
    auto archive = world->folder("files.tar");
    ASSERT_EQ(build({"-o", "type=tar,dest=" + archive, world->folder("files")}).code, 0);
    EXPECT_THAT(run({"tar", "tf", archive}).out, HasSubstr("out/a.txt"));
    auto streamed = build({"-o", "-", world->folder("files")});
    EXPECT_EQ(streamed.code, 0);
    auto listed = run({"tar", "tf", "-"}, {}, streamed.out);
    EXPECT_THAT(listed.out, HasSubstr("out/b.txt"));
    auto oci = world->folder("image.tar");
    ASSERT_EQ(build({"-o", "type=oci,dest=" + oci, world->folder("files")}).code, 0);
    EXPECT_THAT(run({"tar", "tf", oci}).out, HasSubstr("oci-layout"));
}

TEST_F(MainJobTest, PlatformOfTheBuilder) {
    auto image = world->image("platform");
    world->write("platform/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    ASSERT_EQ(
        build({"--platform", "linux/arm64", "--load", "-t", image, world->folder("platform")}).code,
        0);
    EXPECT_EQ(docker({"image", "inspect", "--format", "{{.Architecture}}", image}).out, "arm64\n");
}

} // namespace
} // namespace berth::test
