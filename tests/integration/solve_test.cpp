// SPDX-License-Identifier: Apache-2.0
// BuildKit's API with a real builder: a build with its context, a secret and an output, over one
// docker command.
#include "berth/buildkit/control.hpp"
#include "berth/buildkit/session.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/session/file_send.hpp"
#include "berth/session/file_sync.hpp"
#include "berth/session/health.hpp"
#include "berth/session/secrets.hpp"
#include "berth/util/file.hpp"

#include "support.hpp"

#include <algorithm>
#include <future>
#include <unistd.h>

namespace berth::test {
namespace {

using namespace buildkit;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *secret = "not-to-be-seen";

class SolveTest : public ::testing::Test {
  protected:
    World world;
    process::Cancellation never;
    process::RealRunner runner{never};

    struct Built {
        Status status;
        std::string log; // of all steps, and their names
        int steps = 0, cached = 0;
    };

    process::Command command(const std::string &builder) {
        return {{docker_program(), "exec", "-i", "buildx_buildkit_" + builder + "0", "buildctl",
                 "dial-stdio"}};
    }

    Services services() {
        Services result;
        session::add_file_sync(
            result, {{"context", {world.folder("app")}}, {"dockerfile", {world.folder("app")}}});
        session::add_file_send(result, {{0, session::OutputDirectory{world.folder("out")}}});
        session::add_secrets(result, {{"token", session::SecretValue{secret}}});
        session::add_health(result);
        return result;
    }

    static control::SolveRequest request(const Session &session) {
        control::SolveRequest result;
        result.set_ref(new_identifier());
        result.set_session(session.id());
        result.set_frontend("dockerfile.v0");
        (*result.mutable_frontend_attrs())["filename"] = "Dockerfile";
        result.set_exporter_deprecated("local");
        result.add_exporters()->set_type("local");
        return result;
    }

    static void add(Built &built, const control::StatusResponse &update) {
        for (const auto &vertex : update.vertexes()) {
            built.log += vertex.name() + "\n";
            built.steps += vertex.has_completed() ? 1 : 0;
            built.cached += vertex.cached() ? 1 : 0;
        }
        for (const auto &log : update.logs())
            built.log += log.msg();
    }

    Built build(Connection &connection) {
        auto served = services();
        Session session(connection, served, {.shared_key = "solve"});
        Control control(connection);
        auto asked = request(session);
        Built built;
        auto progress = std::async(std::launch::async, [&] {
            control.status(asked.ref(), [&](const auto &update) { add(built, update); });
        });
        try {
            control.solve(asked);
        } catch (const GrpcError &error) {
            built.status = error.status();
        }
        progress.get();
        return built;
    }
};

TEST_F(SolveTest, ReadsTheContextAndSendsTheOutput) {
    auto name = world.builder("solve");
    world.write("app/Dockerfile", "FROM busybox\nCOPY a sub /here/\n"
                                  "RUN --mount=type=secret,id=token wc -c </run/secrets/token "
                                  ">/here/size; cat /run/secrets/token >/dev/null; echo logged\n"
                                  "FROM scratch\nCOPY --from=0 /here /\n");
    world.write("app/a", "first");
    world.write("app/sub/big", std::string(5000000, 'x'));
    world.write("app/unread", "no step names it", 0);
    Connection connection(runner, command(name));
    auto built = build(connection);
    ASSERT_TRUE(built.status.ok()) << built.status.message;
    EXPECT_EQ(read_file(world.folder("out/a")), "first");
    EXPECT_EQ(read_file(world.folder("out/big")), std::string(5000000, 'x'));
    EXPECT_THAT(read_file(world.folder("out/size")), HasSubstr("14"));
    EXPECT_THAT(built.log, HasSubstr("logged"));
    EXPECT_THAT(built.log, Not(HasSubstr(secret)));

    // On the same connection: all is cached, and a change is seen.
    built = build(connection);
    ASSERT_TRUE(built.status.ok()) << built.status.message;
    EXPECT_GE(built.cached, 2);
    world.write("app/a", "other");
    ASSERT_TRUE(build(connection).status.ok());
    EXPECT_EQ(read_file(world.folder("out/a")), "other");
}

TEST_F(SolveTest, AnErrorNamesTheLinesOfTheDockerfile) {
    auto name = world.builder("solve");
    world.write("app/Dockerfile", "FROM busybox\nRUN echo before; exit 7\n");
    Connection connection(runner, command(name));
    auto built = build(connection);
    EXPECT_FALSE(built.status.ok());
    EXPECT_THAT(built.status.message, HasSubstr("exit code: 7"));
    EXPECT_THAT(built.log, HasSubstr("before"));
    EXPECT_TRUE(std::any_of(built.status.details.begin(), built.status.details.end(),
                            [](const auto &detail) {
                                return detail.type_url.find("errdefs.Source") != std::string::npos;
                            }));
    world.write("app/Dockerfile", "FROM busybox\nCOPY missing /\n");
    EXPECT_THAT(build(connection).status.message, HasSubstr("missing"));
}

TEST_F(SolveTest, AStoppingBuilderEndsTheBuild) {
    auto name = world.builder("solve");
    world.write("app/Dockerfile", "FROM busybox\nRUN sleep 100\n");
    Connection connection(runner, command(name));
    auto stopper = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(std::chrono::seconds(2));
        return docker({"kill", "buildx_buildkit_" + name + "0"}).code;
    });
    EXPECT_THROW(build(connection), CommandEnded);
    EXPECT_EQ(stopper.get(), 0);
}

} // namespace
} // namespace berth::test
