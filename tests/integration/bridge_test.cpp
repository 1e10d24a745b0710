// SPDX-License-Identifier: Apache-2.0
// Builds without a frontend of their own, on a real builder: sub-requests, a Dockerfile from an
// address, and errors with the lines they are about, as docker buildx prints them.
#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/session.hpp"
#include "berth/job/build_failure.hpp"
#include "berth/job/call.hpp"
#include "berth/job/remote_dockerfile.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/session/file_sync.hpp"
#include "berth/session/health.hpp"

#include "support.hpp"

#include <algorithm>
#include <regex>

namespace berth::test {
namespace {

using namespace buildkit;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class BridgeTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("bridge");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    static std::string container() { return "buildx_buildkit_" + builder + "0"; }

    // A build with the files of app/ and no output, whose steps `work` takes.
    control::SolveResponse solve(const std::function<frontend::Result(Bridge &)> &work) {
        process::Cancellation never;
        process::RealRunner runner(never);
        Connection connection(runner, process::Command{{docker_program(), "exec", "-i", container(),
                                                        "buildctl", "dial-stdio"}});
        Services services;
        session::add_file_sync(services, {{"context", {world->folder("app")}},
                                          {"dockerfile", {world->folder("app")}}});
        session::add_health(services);
        Session session(connection, services);
        control::SolveRequest request;
        request.set_ref(new_identifier());
        request.set_session(session.id());
        request.set_internal(true);
        CallGroup calls(connection);
        return solve_by_bridge(connection, calls, request, work);
    }

    job::CallAnswer call(const std::string &request) {
        job::CallAnswer answer;
        solve([&](Bridge &bridge) {
            answer = job::call_frontend(bridge, "dockerfile.v0",
                                        {{"filename", "Dockerfile"}, {"requestid", request}});
            return frontend::Result();
        });
        return answer;
    }

    Status error_of_call(const std::string &request) {
        try {
            call(request);
        } catch (const GrpcError &error) {
            return error.status();
        }
        return {};
    }

    // What a build of app/ prints when it fails. `evaluate`: the bridge's call does, not the end of
    // the build.
    std::string failure(bool evaluate, const std::map<std::string, std::string> &attributes = {}) {
        try {
            solve([&](Bridge &bridge) {
                frontend::SolveRequest request;
                request.set_frontend("dockerfile.v0");
                request.mutable_frontend_opt()->insert(attributes.begin(), attributes.end());
                request.set_evaluate(evaluate);
                return bridge.solve(request).result();
            });
        } catch (const GrpcError &error) {
            auto failure = job::failure_of_status(error.status(), false, {}, {});
            return failure.excerpt + "ERROR: " + failure.error.what() + "\n";
        }
        return "it worked";
    }

    std::string failure_of_peer(std::vector<std::string> options = {}) {
        std::vector<std::string> arguments = {"build", "--builder", builder, "--progress=quiet",
                                              "--output=type=cacheonly"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        arguments.push_back(world->folder("app"));
        return world->peer(arguments).err;
    }

    static std::string large_comment(std::size_t size) {
        std::string text;
        while (text.size() < size)
            text += "# a line of a Dockerfile that a program wrote\n";
        return text;
    }

    // Without the identifiers of a build's references to its files, and without the line that Go's
    // HTTP/2 logs at times when a connection of docker buildx ends.
    static std::string masked(const std::string &text) {
        static const std::regex identifier("[0-9a-z]{25}"), logged("\\d{4}/[0-9/: ]+ http2: .*\n");
        return std::regex_replace(std::regex_replace(text, logged, ""), identifier, "ID");
    }

    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(BridgeTest, AnswersSubrequestsInFull) {
    world->write("app/Dockerfile", "from busybox AS one\nRUN true\n");
    auto lint = call("frontend.lint");
    auto result = nlohmann::json::parse(lint.at("result.json"));
    EXPECT_EQ(result.at("warnings").at(0).at("ruleName"), "FromAsCasing");
    EXPECT_THAT(lint.at("result.txt"), HasSubstr("FromAsCasing"));
    EXPECT_EQ(lint.at("result.statuscode"), "1");
    EXPECT_TRUE(lint.contains("version"));
    EXPECT_THAT(call("frontend.targets").at("result.json"), HasSubstr("\"one\""));
    EXPECT_THAT(call("frontend.outline").at("result.json"), HasSubstr("\"name\""));
    EXPECT_THAT(call("frontend.subrequests.describe").at("result.json"),
                HasSubstr("frontend.outline"));
    auto unknown = error_of_call("frontend.nosuch");
    EXPECT_EQ(read_details(unknown).unsupported_request, "frontend.nosuch");
    EXPECT_EQ(error_text(unknown),
              "unsupported request frontend.nosuch: unsupported request frontend.nosuch");
}

TEST_F(BridgeTest, FetchesADockerfile) {
    auto server =
        docker({"run", "--detach", "--name", world->name("web"), "--network",
                "container:" + container(), "--volume", world->folder("site") + ":/site:ro",
                "--entrypoint", "httpd", "busybox", "-f", "-p", "127.0.0.1:21482", "-h", "/site"});
    ASSERT_EQ(server.code, 0) << server.err;
    world->write("site/Dockerfile", "FROM scratch\n");
    world->write("site/Empty", "");
    world->write("site/Largest", std::string(2 << 20, '#'));
    world->write("site/Larger", std::string((2 << 20) + 1, '#'));
    auto fetched = [this](const std::string &name) {
        std::string text;
        auto url = "http://127.0.0.1:21482/" + name;
        try {
            solve([&](Bridge &bridge) {
                text = job::fetch_dockerfile(bridge, url);
                return frontend::Result();
            });
        } catch (const GrpcError &error) {
            return error_text(error.status());
        } catch (const Error &error) {
            return std::string(error.what());
        }
        return text;
    };
    EXPECT_EQ(fetched("Dockerfile"), "FROM scratch\n");
    EXPECT_EQ(fetched("Empty"), "");
    EXPECT_EQ(fetched("Largest").size(), std::size_t(2 << 20));
    EXPECT_EQ(fetched("Larger"), "failed to build: failed to solve: Dockerfile "
                                 "http://127.0.0.1:21482/Larger bigger than allowed max size "
                                 "(2.097MB)");
    EXPECT_EQ(fetched("Missing"), "failed to load cache key: invalid response status 404");
}

TEST_F(BridgeTest, PrintsErrorsLikeDockerBuildx) {
    const std::vector<std::string> files = {
        "FROM scratch\nCOPPY a b\n",
        "FROM busybox\nRUN true\nRUN echo; exit 3\n\n\n# end\n",
        "FROM busybox\n\n\nRUN <<E\nexit 4\n\nE\n# end\n",
        "FROM busybox\r\nRUN exit 5\r\n",
        "FROM busybox\nRUN echo \\\n  a \\\n  && exit 6",
        "FROM scratch\nCOPY missing /\n",
        "FROM busybox AS a\nRUN exit 7\nFROM scratch\nCOPY --from=a /x /\n",
        "FROM busybox\nUSER nosuch\nRUN true\n",
        "FROM 127.0.0.1:1/nosuch\n",
        "FROM busybox\nRUN --mount=type=nosuch true\n",
        "FROM busybox\nADD --checksum=sha256:0 http://127.0.0.1:1/x /\n",
        "FROM busybox\nWORKDIR /bin/sh/x\n",
        "FROM busybox\nARG A=\"a\nRUN ${A:?no A}\nENV B=${A?x\n",
        "",
        "FROM busybox\nRUN exit 8\n" + large_comment(1'500'000),
        "# syntax=127.0.0.1:1/nosuch\nFROM scratch\n",
        "FROM scratch\nRUN [\"/nosuch\"]\n",
    };
    for (const auto &file : files) {
        world->write("app/Dockerfile", file);
        auto expected = masked(failure_of_peer());
        for (bool evaluate : {false, true})
            EXPECT_EQ(masked(failure(evaluate)), expected) << file.substr(0, 100);
    }
    world->write("app/Dockerfile", "FROM scratch AS such\nCOPY x /\n");
    EXPECT_EQ(failure(true, {{"target", "nosuch"}}), failure_of_peer({"--target=nosuch"}));
}

} // namespace
} // namespace berth::test
