// SPDX-License-Identifier: Apache-2.0
// Requests to a frontend for --call, and to BuildKit for a Dockerfile at an address.
#include "berth/job/call.hpp"
#include "berth/job/remote_dockerfile.hpp"
#include "berth/job/source_definition.hpp"

#include "buildkit_runner.hpp"
#include "fake_bridge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using buildkit::Status;
using buildkit::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class CallFrontendTest : public ::testing::Test {
  protected:
    void solve(const std::function<void(buildkit::Bridge &)> &work) {
        test::BuildkitRunner runner(fake.services);
        runner.at_once = 4096;
        buildkit::Connection connection(runner, process::Command{{"docker"}});
        buildkit::control::SolveRequest request;
        request.set_ref("build");
        buildkit::CallGroup calls(connection);
        buildkit::solve_by_bridge(connection, calls, request, [&](buildkit::Bridge &bridge) {
            work(bridge);
            return buildkit::frontend::Result();
        });
    }
    CallAnswer call(const std::map<std::string, std::string> &attributes) {
        CallAnswer answer;
        solve([&](buildkit::Bridge &bridge) {
            answer = call_frontend(bridge, "dockerfile.v0", attributes);
        });
        return answer;
    }
    void answers(const std::string &key, const std::string &value) {
        (*fake.result.mutable_metadata())[key] = value;
    }
    // An attribute of the last solve.
    std::string asked(const std::string &key) {
        const auto &options = fake.solved.back().frontend_opt();
        auto found = options.find(key);
        return found == options.end() ? "none" : found->second;
    }

    test::FakeBridge fake;
};

TEST_F(CallFrontendTest, ReturnsTheMetadataOfTheResult) {
    answers("result.json", "{\"a\":\"\xff\"}");
    answers("result.statuscode", "1");
    EXPECT_THAT(
        call({{"requestid", "frontend.lint"}, {"filename", "F"}}),
        ElementsAre(Pair("result.json", "{\"a\":\"\xff\"}"), Pair("result.statuscode", "1")));
    EXPECT_EQ(fake.solved.at(0).frontend(), "dockerfile.v0");
    EXPECT_EQ(asked("requestid"), "frontend.lint");
    EXPECT_EQ(asked("filename"), "F");
    EXPECT_EQ(asked("frontend.caps"), "moby.buildkit.frontend.subrequests+forward");
    EXPECT_TRUE(fake.returned->has_result());
}

TEST_F(CallFrontendTest, CapabilitiesOfTheCallerStay) {
    answers("result.txt", "");
    call({{"frontend.caps", "other"}});
    EXPECT_EQ(asked("frontend.caps"), "other,moby.buildkit.frontend.subrequests+forward");
    call({{"frontend.caps", "moby.buildkit.frontend.subrequests+forward"}});
    EXPECT_EQ(asked("frontend.caps"), "moby.buildkit.frontend.subrequests+forward");
}

TEST_F(CallFrontendTest, AnOldFrontendIsReplaced) {
    answers("result.json", "{}");
    for (const auto &old : {Status{StatusCode::unknown, "unsupported request frontend.lint", {}},
                            Status{StatusCode::unknown,
                                   "odd",
                                   {{"github.com/moby/buildkit/errdefs.Subrequest+json",
                                     R"({"name":"frontend.outline"})"}}}}) {
        fake.solved.clear();
        fake.solves = {old};
        EXPECT_EQ(call({{"requestid", "frontend.lint"}}).count("result.json"), 1u);
        EXPECT_EQ(fake.solved.size(), 2u);
        EXPECT_THAT(asked("build-arg:BUILDKIT_SYNTAX"),
                    HasSubstr("docker/dockerfile:1.8.1@sha256"));
    }
}

TEST_F(CallFrontendTest, ErrorsAreThoseOfTheFirstFrontend) {
    auto error_of = [this] {
        fake.solved.clear();
        try {
            call({});
        } catch (const buildkit::GrpcError &error) {
            return std::string(error.what());
        }
        return std::string();
    };
    fake.solves = {{StatusCode::unknown, "unsupported request frontend.lint", {}},
                   {StatusCode::unknown, "no network", {}}};
    EXPECT_EQ(error_of(), "unsupported request frontend.lint");
    EXPECT_EQ(fake.solved.size(), 2u);
    fake.solves = {{StatusCode::unknown, "unsupported request frontend.nosuch", {}}};
    EXPECT_EQ(error_of(), "unsupported request frontend.nosuch");
    EXPECT_EQ(fake.solved.size(), 1u);
}

TEST_F(CallFrontendTest, AnAnswerWithoutResultIsAnError) {
    answers("containerimage.config", "{}");
    EXPECT_THROW(call({}), Error);
}

TEST_F(CallFrontendTest, FetchesADockerfileOfABoundedSize) {
    fake.result.mutable_ref()->set_id("fetched");
    fake.file = "FROM scratch\n";
    std::string text;
    auto fetch = [&](buildkit::Bridge &bridge) {
        text = fetch_dockerfile(bridge, "http://host/Dockerfile");
    };
    solve(fetch);
    EXPECT_EQ(text, "FROM scratch\n");
    EXPECT_EQ(fake.solved.at(0).frontend(), "");
    EXPECT_EQ(fake.solved.at(0).definition().SerializeAsString(),
              http_definition("http://host/Dockerfile", "Dockerfile",
                              "[internal] load http://host/Dockerfile")
                  .SerializeAsString());
    fake.file = std::string(2 << 20, '#');
    solve(fetch);
    EXPECT_EQ(text.size(), std::size_t(2 << 20));
    fake.file += '#';
    try {
        solve(fetch);
        FAIL();
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "failed to build: failed to solve: Dockerfile "
                                   "http://host/Dockerfile bigger than allowed max size (2.097MB)");
    }
}

} // namespace
} // namespace berth::job
