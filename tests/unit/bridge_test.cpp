// SPDX-License-Identifier: Apache-2.0
// The bridge of a build: one that BuildKit knows late, one that fails on either side, one that
// never ends.
#include "berth/buildkit/bridge.hpp"

#include "buildkit_runner.hpp"
#include "fake_bridge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace berth::buildkit {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

class BridgeTest : public ::testing::Test {
  protected:
    using Work = std::function<frontend::Result(Bridge &)>;

    control::SolveResponse solve(const Work &work) {
        test::BuildkitRunner runner(buildkit.services);
        runner.at_once = 4096;
        Connection connection(runner, process::Command{{"docker"}});
        connection.on_call = [this](const CallRecord &record) {
            std::lock_guard lock(mutex);
            calls.push_back(record.method.substr(record.method.rfind('/') + 1) + " " +
                            to_string(record.status.code));
        };
        control::SolveRequest request;
        request.set_ref("build");
        CallGroup calls(connection);
        return solve_by_bridge(connection, calls, request, work);
    }
    Status status_of(const Work &work) {
        try {
            solve(work);
        } catch (const GrpcError &error) {
            return error.status();
        }
        return {};
    }
    static frontend::Result nothing(Bridge &) { return {}; }

    test::FakeBridge buildkit;
    std::mutex mutex;
    std::vector<std::string> calls;
};

TEST_F(BridgeTest, ReturnsTheResultOfTheWork) {
    buildkit.result.mutable_ref()->set_id("result");
    auto response = solve([](Bridge &bridge) {
        frontend::SolveRequest request;
        request.set_frontend("dockerfile.v0");
        return bridge.solve(request).result();
    });
    EXPECT_EQ(response.exporter_response().at("ref"), "build");
    ASSERT_EQ(buildkit.solved.size(), 1u);
    EXPECT_EQ(buildkit.solved[0].frontend(), "dockerfile.v0");
    EXPECT_TRUE(buildkit.solved[0].allow_result_return());
    EXPECT_TRUE(buildkit.solved[0].allow_result_array_ref());
    EXPECT_EQ(buildkit.returned->result().ref().id(), "result");
    for (auto call : {"Ping OK", "Solve OK", "Return OK"})
        EXPECT_THAT(calls, Contains(call));
}

TEST_F(BridgeTest, AcceptsAnEmptyResult) {
    solve(nothing);
    EXPECT_TRUE(buildkit.returned->has_result());
}

TEST_F(BridgeTest, WaitsUntilBuildkitKnowsTheBuild) {
    buildkit.registers_after = 150ms;
    solve(nothing);
    EXPECT_GE(buildkit.pings, 2);
}

TEST_F(BridgeTest, AnErrorOfTheBridgeIsReturnedAndKeepsItsDetails) {
    buildkit.solves = {{StatusCode::not_found, "no \xff", {{"type+json", "{}"}}}};
    auto status = status_of([](Bridge &bridge) { return bridge.solve({}).result(); });
    EXPECT_EQ(status.code, StatusCode::not_found);
    EXPECT_EQ(status.message, "no \xff");
    ASSERT_EQ(status.details.size(), 1u);
    EXPECT_EQ(status.details[0].type_url, "type+json");
    const auto &error = buildkit.returned->error();
    EXPECT_EQ(error.code(), 5);
    EXPECT_EQ(error.message(), "no \xff");
    ASSERT_EQ(error.details_size(), 1);
    EXPECT_EQ(error.details(0).value(), "{}");
}

TEST_F(BridgeTest, AnErrorOfTheWorkIsReturnedAndThrown) {
    EXPECT_THROW(solve([](Bridge &) -> frontend::Result { throw Error("mine"); }), Error);
    EXPECT_EQ(buildkit.returned->error().code(), 2);
    EXPECT_EQ(buildkit.returned->error().message(), "mine");
}

TEST_F(BridgeTest, AFailedBuildEndsTheBridge) {
    buildkit.registers = false;
    buildkit.waits_for_return = 0ms;
    buildkit.control_status = {StatusCode::invalid_argument, "no such exporter", {}};
    auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(status_of(nothing).message, "no such exporter");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(BridgeTest, AnErrorAfterTheWorkIsThatOfTheBuild) {
    buildkit.control_status = {StatusCode::unknown, "cannot push", {{"type", "value"}}};
    auto status = status_of(nothing);
    EXPECT_EQ(status.message, "cannot push");
    EXPECT_EQ(status.details.size(), 1u);
}

TEST_F(BridgeTest, CancelsABuildThatAcceptsNoResult) {
    buildkit.waits_for_return = 300ms;
    buildkit.return_status = {StatusCode::unknown, "return reference x not found", {}};
    EXPECT_EQ(status_of(nothing).message, "return reference x not found");
    EXPECT_THAT(calls, Contains("Solve Canceled")); // Control/Solve
}

class NoDocker : public process::Runner {
  public:
    using Runner::run;
    process::Outcome run(const process::Command &, const process::Streams &) override {
        return {.kind = process::Outcome::Kind::not_started, .code = 2};
    }
};

// Whichever of the two calls sees it first.
TEST_F(BridgeTest, ReportsABrokenConnection) {
    for (int i = 0; i < 100; ++i) {
        NoDocker runner;
        Connection connection(runner, process::Command{{"docker"}});
        control::SolveRequest request;
        request.set_ref("build");
        CallGroup calls(connection);
        EXPECT_THROW(solve_by_bridge(connection, calls, request,
                                     [](Bridge &) { return frontend::Result(); }),
                     CommandEnded);
    }
}

TEST_F(BridgeTest, CancelledCallsFailAtOnce) {
    test::BuildkitRunner runner(buildkit.services);
    Connection connection(runner, process::Command{{"docker"}});
    Bridge bridge(connection, "unknown");
    bridge.cancel();
    try {
        bridge.ping();
        FAIL();
    } catch (const GrpcError &error) {
        EXPECT_EQ(error.status().code, StatusCode::cancelled);
    }
    EXPECT_EQ(buildkit.pings, 0);
}

TEST_F(BridgeTest, ARunningCallIsCancelled) {
    buildkit.waits_for_build = 300ms;
    test::BuildkitRunner runner(buildkit.services);
    Connection connection(runner, process::Command{{"docker"}});
    Bridge bridge(connection, "unknown");
    auto begin = std::chrono::steady_clock::now();
    auto code = std::async(std::launch::async, [&] {
        try {
            bridge.ping();
        } catch (const GrpcError &error) {
            return error.status().code;
        }
        return StatusCode::ok;
    });
    while (buildkit.pings == 0)
        std::this_thread::sleep_for(1ms);
    bridge.cancel();
    EXPECT_EQ(code.get(), StatusCode::cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 250ms);
}

TEST_F(BridgeTest, FilesAreReadInPiecesUpToALimit) {
    constexpr std::size_t piece = 4 << 20;
    std::vector<std::string> read;
    solve([&](Bridge &bridge) {
        buildkit.file = std::string(piece, 'x') + "end";
        read.push_back(bridge.read_file("result", "/file", piece + 3));
        EXPECT_EQ(buildkit.reads, 2);
        buildkit.file = "1234";
        EXPECT_THROW(bridge.read_file("result", "/file", 3), FileTooLarge);
        EXPECT_EQ(bridge.read_file("result", "/file", 4), "1234");
        EXPECT_EQ(bridge.stat_file("result", "/file").size(), 4);
        buildkit.ignores_range = true;
        EXPECT_THROW(bridge.read_file("result", "/file", 2), FileTooLarge);
        buildkit.file = "";
        read.push_back(bridge.read_file("result", "/file", 0));
        return frontend::Result();
    });
    EXPECT_TRUE(read[0] == std::string(piece, 'x') + "end");
    EXPECT_EQ(read[1], "");
}

} // namespace
} // namespace berth::buildkit
