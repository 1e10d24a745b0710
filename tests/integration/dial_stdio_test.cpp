// SPDX-License-Identifier: Apache-2.0
// `berth dial-stdio` as a connection of other clients: buildctl through it, beside docker buildx.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <cstdlib>
#include <filesystem>

namespace berth::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class DialStdioTest : public ::testing::Test {
  protected:
    World world;

    static std::string variable(const char *name) {
        const char *value = std::getenv(name);
        return value == nullptr ? "" : value;
    }
    // buildctl of the peer's directory, whose docker program is `program dial-stdio`: for an
    // address docker-container://… it runs `docker exec -i … buildctl dial-stdio`.
    Result buildctl(const std::string &program, const std::string &builder,
                    std::vector<std::string> arguments) {
        world.write("bin/docker",
                    "#!/bin/sh\nPATH=" + shell_quote(variable("PATH")) + "\nexec " + program +
                        " dial-stdio --builder " + builder + "\n",
                    0755);
        auto tool = std::filesystem::path(variable("BERTH_PEER")).parent_path() / "buildctl";
        arguments.insert(arguments.begin(),
                         {tool.string(), "--addr", "docker-container://" + builder});
        return run(arguments, world.variables({{"PATH", world.folder("bin")}}));
    }
    void write_context() {
        world.write("app/Dockerfile", "FROM busybox\nCOPY file /file\nRUN cat /file >/copy\n"
                                      "FROM scratch\nCOPY --from=0 /copy /\n");
        world.write("app/file", std::string(3 << 20, 'x'));
    }
};

TEST_F(DialStdioTest, BuildctlBuildsThroughItLikeThroughDockerBuildx) {
    auto builder = world.builder("dial", {}, false);
    write_context();
    auto app = world.folder("app");
    for (const auto &program : {variable("BERTH_PEER"), std::string(BERTH_PROGRAM)}) {
        auto to = world.folder("out-" + std::filesystem::path(program).filename().string());
        auto built = buildctl(program, builder,
                              {"build", "--frontend", "dockerfile.v0", "--local", "context=" + app,
                               "--local", "dockerfile=" + app, "--output", "type=local,dest=" + to,
                               "--progress", "plain"});
        EXPECT_EQ(built.code, 0) << program << built.err;
        EXPECT_EQ(std::filesystem::file_size(to + "/copy"), 3u << 20) << program;
    }
    auto ours = buildctl(BERTH_PROGRAM, builder, {"debug", "workers", "-v"});
    EXPECT_EQ(ours.out, buildctl(variable("BERTH_PEER"), builder, {"debug", "workers", "-v"}).out);
    EXPECT_THAT(ours.out, HasSubstr("linux/amd64"));
}

TEST_F(DialStdioTest, StartsTheBuilderAndShowsProgress) {
    auto builder = world.builder("boots", {}, false);
    auto quiet = world.berth({"dial-stdio", "--builder", builder});
    EXPECT_EQ(quiet.code, 0);
    EXPECT_THAT(quiet.err, IsEmpty());
    ASSERT_EQ(world.berth({"stop", builder}).code, 0);
    auto shown = world.berth({"dial-stdio", "--builder", builder, "--progress", "plain"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.err,
                AllOf(StartsWith("#0 builder: " + builder + "\n\n#1 Proxying to builder\n"),
                      HasSubstr("starting container buildx_buildkit_" + builder + "0")));
    // Whether the log shows a step that is over within milliseconds before its end, too, is chance.
    auto log = [](const Result &result) {
        return replace_all(without_times(result.err), "#1 Dialing builder\n", "");
    };
    EXPECT_EQ(log(world.berth({"dial-stdio", "--builder", builder, "--progress=plain"})),
              log(world.peer({"dial-stdio", "--builder", builder, "--progress=plain"})));
}

TEST_F(DialStdioTest, RefusesUnsupportedOptions) {
    EXPECT_EQ(world.berth({"dial-stdio", "--platform", "a/b/c/d"}).code, 2);
    EXPECT_EQ(world.berth({"dial-stdio", "--progress", "loud"}).code, 2);
    EXPECT_EQ(world.berth({"dial-stdio", "--builder", world.name("nobody")}).code, 4);
}

} // namespace
} // namespace berth::test
