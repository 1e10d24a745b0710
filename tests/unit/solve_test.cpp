// SPDX-License-Identifier: Apache-2.0
// Solves a request on a BuildKit in memory: the request, the progress, and the end of the build
// wherever the connection breaks.
#include "berth/solve/solve.hpp"

#include "buildkit_runner.hpp"
#include "fake_bridge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::solve {
namespace {

namespace control = buildkit::control;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class SolveTest : public ::testing::Test {
  protected:
    SolveTest() {
        // The status of a build: two pieces, then its end.
        fake.services.add("/moby.buildkit.v1.Control/Status", [](buildkit::Request &request) {
            control::StatusRequest asked;
            buildkit::read(request.stream, asked);
            for (const std::string name : {"first", "second"}) {
                control::StatusResponse piece;
                piece.add_vertexes()->set_name(name + " of " + asked.ref());
                buildkit::write(request.stream, piece);
            }
            return buildkit::Status{};
        });
        // A session that never asks for anything.
        fake.services.add("/moby.buildkit.v1.Control/Session", [](buildkit::Request &request) {
            std::string message;
            while (request.stream.read(message)) {
            }
            return buildkit::Status{};
        });
    }

    Request request() {
        return {.ref = "build",
                .frontend = "dockerfile.v0",
                .attributes = {{"filename", "Dockerfile"}},
                .exports = {{.type = "image", .attributes = {{"name", "app"}}}},
                .cache_from = {{.type = "registry", .attributes = {{"ref", "r"}}}},
                .entitlements = {"network.host"}};
    }

    Response solve() {
        reported.clear();
        buildkit::Connection connection(runner, process::Command{{"docker"}}, limits);
        return Build(connection, request(),
                     [this](const progress::SolveStatus &status) {
                         for (const auto &vertex : status.vertexes)
                             reported.push_back(vertex.name);
                     })
            .solve();
    }

    test::FakeBridge fake;
    test::BuildkitRunner runner{fake.services};
    buildkit::GrpcLimits limits;
    std::vector<std::string> reported;
};

TEST_F(SolveTest, CallsTheFrontendOverTheBridge) {
    EXPECT_THAT(solve(), ElementsAre(Pair("ref", "build")));
    ASSERT_EQ(fake.solved.size(), 1u);
    EXPECT_EQ(fake.solved[0].frontend(), "dockerfile.v0");
    EXPECT_EQ(fake.solved[0].frontend_opt().at("filename"), "Dockerfile");
    EXPECT_EQ(fake.solved[0].frontend_opt().at("cache-imports"),
              R"([{"Attrs":{"ref":"r"},"Type":"registry"}])");
    EXPECT_THAT(reported, ElementsAre("first of build", "second of build"));
}

TEST_F(SolveTest, ALongLogArrivesInPiecesBeforeTheEndOfItsStep) {
    fake.services.add("/moby.buildkit.v1.Control/Status", [](buildkit::Request &request) {
        control::StatusResponse response;
        response.add_vertexes()->set_digest("step");
        response.mutable_vertexes(0)->mutable_started()->set_seconds(1);
        response.mutable_vertexes(0)->mutable_completed()->set_seconds(2);
        for (char c = 'a'; c <= 'z'; ++c) {
            response.add_logs()->set_vertex("step");
            response.mutable_logs(c - 'a')->set_msg(std::string(100'000, c));
        }
        buildkit::write(request.stream, response);
        return buildkit::Status{};
    });
    runner.at_once = 4096;
    std::string log;
    int pieces = 0;
    bool done = false;
    buildkit::Connection connection(runner, process::Command{{"docker"}});
    Build(connection, request(), [&](const progress::SolveStatus &status) {
        ++pieces;
        for (const auto &one : status.logs) {
            EXPECT_FALSE(done);
            log += one.data.substr(0, 1);
        }
        for (const auto &vertex : status.vertexes)
            done |= vertex.completed.has_value();
    }).solve();
    EXPECT_TRUE(done);
    EXPECT_EQ(log, "abcdefghijklmnopqrstuvwxyz");
    EXPECT_GT(pieces, 5);
}

TEST_F(SolveTest, AFailureComesAfterItsLog) {
    fake.solves = {{buildkit::StatusCode::unknown, "exit code: 3", {}}};
    try {
        solve();
        ADD_FAILURE() << "the build failed";
    } catch (const buildkit::GrpcError &error) {
        EXPECT_THAT(error.what(), HasSubstr("exit code: 3"));
    }
    EXPECT_EQ(reported.size(), 2u);
}

TEST_F(SolveTest, RethrowsExceptionsOfReport) {
    buildkit::Connection connection(runner, process::Command{{"docker"}});
    Build build(connection, request(),
                [](const progress::SolveStatus &) { throw Error("no display"); });
    EXPECT_THROW(build.solve(), Error);
}

TEST_F(SolveTest, AConnectionThatBreaksAnywhereEndsTheBuild) {
    fake.waits_for_return = std::chrono::milliseconds(100);
    solve();
    auto whole = runner.written;
    ASSERT_GT(whole, 100u);
    runner.outcome = {.code = 1, .err = "gone"};
    for (std::size_t size = 0; size < whole; size += 1 + size / 16) {
        runner.ends_after = size;
        try {
            solve(); // when only the end of the connection was missing
        } catch (const buildkit::CommandEnded &) {
        } catch (const buildkit::GrpcError &error) {
            ADD_FAILURE() << size << ": " << error.what();
        }
    }
}

// If the changed byte belongs to a name, the build succeeds.
TEST_F(SolveTest, AWrongOrMissingByteEndsTheBuild) {
    fake.waits_for_return = std::chrono::milliseconds(20);
    limits.silence = std::chrono::milliseconds(80);
    solve();
    const auto whole = runner.written;
    int failed = 0;
    for (std::size_t size = 0; size < whole; size += 1 + size / 4)
        for (auto *fault : {&runner.garbles_at, &runner.stalls_after}) {
            *fault = size;
            auto begin = std::chrono::steady_clock::now();
            try {
                solve();
            } catch (const std::exception &error) {
                ++failed;
                EXPECT_STRNE(error.what(), "");
            }
            EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << size;
            *fault = std::numeric_limits<std::size_t>::max();
        }
    EXPECT_GT(failed, 20);
}

} // namespace
} // namespace berth::solve
