// SPDX-License-Identifier: Apache-2.0
// Every form of a context, compared with docker buildx on one builder: the images are the same.
#include "berth/process/real_runner.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <cstring>

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ContextsPeerTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.builder("contexts");

    void SetUp() override {
        world.write("app/Dockerfile",
                    "FROM busybox\nCOPY a /a\nRUN stat -c '%u:%g %a' /a >/owner\n");
        world.write("app/a", "hello\n");
        world.write("other/o", "other\n");
        world.write("other/left-out", "big\n");
        world.write("other/.dockerignore", "left-out\n");
    }

    // The image of each program, built with these arguments; both must succeed.
    void expect_same(const std::vector<std::string> &words, const std::string &input = {}) {
        auto ours = world.image("ours"), theirs = world.image("theirs");
        auto with = [&](const std::string &tag) {
            std::vector<std::string> all = {"build", "--builder", builder, "--load", "-t", tag};
            all.insert(all.end(), words.begin(), words.end());
            return all;
        };
        auto mine = world.berth(with(ours), {}, input);
        auto peers = world.peer(with(theirs), {}, input);
        ASSERT_EQ(mine.code, 0) << mine.err;
        ASSERT_EQ(peers.code, 0) << peers.err;
        EXPECT_NE(image_id(ours), "") << join(words, " ");
        EXPECT_EQ(image_id(ours), image_id(theirs)) << join(words, " ");
    }
    std::string tar(std::vector<std::string> options) {
        std::vector<std::string> words = {"tar", "-c", "-C", world.folder("app")};
        words.insert(words.end(), options.begin(), options.end());
        words.emplace_back(".");
        auto result = run(words);
        EXPECT_EQ(result.code, 0) << result.err;
        return result.out;
    }
};

TEST_F(ContextsPeerTest, AnArchiveOnStandardInputKeepsItsOwners) {
    expect_same({"-"}, tar({"--owner", "1000", "--group", "1001", "--numeric-owner"}));
    auto packed = tar({"-z"});
    expect_same({"-"}, packed);
    world.write("app/Other", "FROM busybox\nCOPY a /b\n");
    expect_same({"-f", "Other", "-"}, tar({}));
    // No process is left in the builder, and no file on this machine.
    auto processes = docker({"exec", "buildx_buildkit_" + builder + "0", "ps"}).out;
    EXPECT_THAT(processes, Not(HasSubstr("nc -l")));
}

TEST_F(ContextsPeerTest, ADockerfileOnStandardInput) {
    expect_same({"-"}, "FROM busybox\nRUN echo alone >/x\n");
    expect_same({"-f", "-", world.folder("app")}, "FROM busybox\nCOPY a /from-input\n");
}

TEST_F(ContextsPeerTest, NamedContexts) {
    world.write("app/Named", "FROM base\nCOPY --from=other o /o\nCOPY --from=other . /all/\n");
    expect_same({"-f", world.folder("app/Named"), "--build-context",
                 "other=" + world.folder("other"), "--build-context", "base=docker-image://busybox",
                 world.folder("app")});
    world.write("other/o", "changed\n");
    expect_same({"-f", world.folder("app/Named"), "--build-context",
                 "other=" + world.folder("other"), "--build-context", "base=docker-image://busybox",
                 world.folder("app")});
    auto again =
        world.berth({"build", "--builder", builder, "-f", world.folder("app/Named"),
                     "--build-context", "other=" + world.folder("other"), "--build-context",
                     "base=docker-image://busybox", world.folder("app")},
                    world.counting());
    EXPECT_EQ(again.code, 0) << again.err;
    std::size_t builds = 0;
    for (const auto &command : world.docker_commands())
        builds += command.starts_with("exec ") ? 1 : 0;
    EXPECT_EQ(builds, 1u);
}

TEST_F(ContextsPeerTest, ImagesInADirectory) {
    auto layout = world.folder("layout");
    auto made =
        world.berth({"build", "--builder", builder, "-o", "type=oci,tar=false,dest=" + layout,
                     "--provenance=false", "-t", "base:v1", world.folder("app")});
    ASSERT_EQ(made.code, 0) << made.err;
    world.write("app/Over", "FROM base\nCOPY a /over\n");
    auto digest =
        nlohmann::json::parse(read_file(layout + "/index.json"))["manifests"][0]["digest"];
    for (const auto &reference : {std::string(), std::string(":v1"), std::string(":nothing"),
                                  "@" + digest.get<std::string>()})
        expect_same({"-f", world.folder("app/Over"), "--build-context",
                     "base=oci-layout://" + layout + reference, world.folder("app")});
    for (const auto &wrong : {layout + "/blobs", layout + "@sha256:1", world.folder("nothing")}) {
        std::vector<std::string> words = {"build",
                                          "--builder",
                                          builder,
                                          "--build-context",
                                          "base=oci-layout://" + wrong,
                                          "-f",
                                          world.folder("app/Over"),
                                          world.folder("app")};
        auto ours = world.berth(words), theirs = world.peer(words);
        EXPECT_EQ(ours.code, 1) << ours.err;
        EXPECT_EQ(theirs.code, 1) << theirs.err;
        EXPECT_THAT(ours.err, HasSubstr("could not be resolved"));
    }
}

// BuildKit distinguishes files by name, size and time: archives whose files all have the same time
// must not be confused, neither as main nor as named contexts.
TEST_F(ContextsPeerTest, DirectoriesThatDifferOnlyInContentAreSeparate) {
    for (const std::string name : {"one", "two", "six"}) {
        world.write(name + "/Dockerfile",
                    "FROM scratch\nCOPY --from=lib version /lib\nCOPY version /\n");
        world.write(name + "/version", name);
        auto times = run({"touch", "-d", "@1000000000", world.folder(name + "/version"),
                          world.folder(name + "/Dockerfile"), world.folder(name)});
        ASSERT_EQ(times.code, 0) << times.err;
    }
    for (const std::string name : {"one", "two", "six", "two", "one"})
        for (const std::string lib : {"six", "one"}) {
            auto built =
                world.berth({"build", "--builder", builder, "-o", world.folder("out"),
                             "--build-context", "lib=" + world.folder(lib), world.folder(name)});
            ASSERT_EQ(built.code, 0) << built.err;
            EXPECT_EQ(read_file(world.folder("out/version")), name);
            EXPECT_EQ(read_file(world.folder("out/lib")), lib);
            EXPECT_THAT(built.err, HasSubstr(" transferring context: "));
            EXPECT_THAT(built.err, HasSubstr(" transferring lib: "));
        }
}

// A server of the files in the world, in the network of the builder that these builds use.
TEST_F(ContextsPeerTest, AddressesAreFetchedByTheBuilder) {
    world.write("site/context.tar", tar({}));
    auto repository = world.folder("site/app.git");
    auto git = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"git", "-C", world.folder("app"), "-c", "user.name=a", "-c",
                                     "user.email=a@b"});
        auto result = run(words);
        EXPECT_EQ(result.code, 0) << result.err;
    };
    git({"init", "--quiet", "--initial-branch", "main"});
    world.write("app/sub/Dockerfile", "FROM busybox\nRUN echo sub >/sub\n");
    git({"add", "."});
    git({"commit", "--quiet", "--message", "x"});
    git({"clone", "--quiet", "--bare", ".", repository});
    ASSERT_EQ(run({"git", "-C", repository, "update-server-info"}).code, 0);
    auto own = world.builder("fetching", {"--driver-opt", "network=host"});
    builder = own;
    auto server = world.name("web");
    ASSERT_EQ(docker({"run", "--detach", "--name", server, "--network", "host", "--volume",
                      world.folder("site") + ":/site:ro", "--entrypoint", "sh", "busybox", "-c",
                      "httpd -f -p 127.0.0.1:21480 -h /site"})
                  .code,
              0);
    expect_same({"http://127.0.0.1:21480/context.tar"});
    expect_same({"http://127.0.0.1:21480/app.git#main"});
    expect_same({"http://127.0.0.1:21480/app.git#main:sub"});
    expect_same({"--build-context", "other=http://127.0.0.1:21480/app.git#main:sub", "-f", "-",
                 world.folder("other")},
                "FROM busybox\nCOPY --from=other Dockerfile /d\n");
}

TEST_F(ContextsPeerTest, ImpossibleContextsFailLikeInDockerBuildx) {
    struct Case {
        std::vector<std::string> words;
        const char *said;
    };
    for (const auto &[words, said] : {
             Case{{"-f", "-", "-"}, "can't use stdin for both build context and dockerfile"},
             Case{{"-f", "x", "-"},
                  "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles"},
             Case{{world.folder("none")}, "not found"},
             Case{{"--build-context", "x=" + world.folder("none"), world.folder("app")},
                  "failed to get build context x"},
             Case{{"--build-context", "x", world.folder("app")}, "invalid context value: x"},
         }) {
        std::vector<std::string> all = {"build", "--builder", builder};
        all.insert(all.end(), words.begin(), words.end());
        auto ours = world.berth(all, {}, "FROM busybox\n");
        auto theirs = world.peer(all, {}, "FROM busybox\n");
        EXPECT_NE(ours.code, 0);
        EXPECT_NE(theirs.code, 0);
        EXPECT_THAT(ours.err, HasSubstr(said));
        EXPECT_THAT(theirs.err, HasSubstr(said));
    }
}

} // namespace
} // namespace berth::test
