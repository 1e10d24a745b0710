// SPDX-License-Identifier: Apache-2.0
// Calls over a command that answers, ends early, or writes other bytes.
#include "berth/buildkit/connection.hpp"
#include "berth/buildkit/content.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/util/encoding.hpp"

#include "buildkit/content.pb.h"
#include "buildkit_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace berth::buildkit {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Services builder() {
    Services services;
    services.add("/moby.buildkit.v1.Control/Info",
                 unary<control::InfoRequest, control::InfoResponse>([](const auto &, const auto &) {
                     control::InfoResponse response;
                     response.mutable_buildkit_version()->set_version("v0.99.0");
                     return response;
                 }));
    services.add("/moby.buildkit.v1.Control/Prune", [](Request &request) -> Status {
        control::PruneRequest prune;
        read(request.stream, prune);
        for (int i = 0; i < 3; ++i) {
            control::UsageRecord record;
            record.set_id(std::to_string(i));
            write(request.stream, record);
        }
        return prune.all() ? Status{} : Status{StatusCode::unknown, "not all", {}};
    });
    services.add("/containerd.services.content.v1.Content/Read", [](Request &request) -> Status {
        containerd::services::content::v1::ReadContentRequest asked;
        read(request.stream, asked);
        for (std::int64_t offset = 0; offset < 4; ++offset) {
            containerd::services::content::v1::ReadContentResponse response;
            response.set_offset(offset == 3 && asked.digest() == "gap" ? 7 : offset);
            response.set_data("x");
            write(request.stream, response);
        }
        return {};
    });
    return services;
}

template<class Function>
std::string error_of(Function function) {
    try {
        function();
    } catch (const Error &error) {
        return error.what();
    } catch (const GrpcError &error) {
        return "gRPC " + to_string(error.status().code) + ": " + error.what();
    }
    return "";
}

std::string error_of_command(const std::string &script) {
    process::Cancellation cancellation;
    process::RealRunner runner(cancellation);
    Connection connection(runner, process::Command{{"sh", "-c", script}});
    return error_of([&] { Control(connection).info(); });
}

TEST(ConnectionTest, CallsAndStreams) {
    auto services = builder();
    test::BuildkitRunner runner(services);
    Connection connection(runner, process::Command{{"docker"}});
    std::vector<std::string> calls;
    connection.on_call = [&](const CallRecord &record) {
        calls.push_back(record.method + " " + to_string(record.status.code));
    };
    Control control(connection);
    EXPECT_EQ(control.info().buildkit_version().version(), "v0.99.0");
    std::string ids;
    control::PruneRequest request;
    request.set_all(true);
    control.prune(request, [&](const auto &record) { ids += record.id(); });
    EXPECT_EQ(ids, "012");
    request.set_all(false);
    EXPECT_EQ(error_of([&] { control.prune(request, [](const auto &) {}); }),
              "gRPC Unknown: not all");
    EXPECT_THAT(error_of([&] { control.solve({}); }), HasSubstr("gRPC Unimplemented"));
    EXPECT_THAT(calls, ::testing::ElementsAre("/moby.buildkit.v1.Control/Info OK",
                                              "/moby.buildkit.v1.Control/Solve Unimplemented"));
    EXPECT_EQ(runner.commands.size(), 1u);
}

TEST(ConnectionTest, BlobsAreCompared) {
    auto services = builder();
    test::BuildkitRunner runner(services);
    Connection connection(runner, process::Command{{"docker"}});
    Content content(connection);
    EXPECT_EQ(content.read_all("sha256:" + sha256_hex("xxxx")), "xxxx");
    EXPECT_THAT(error_of([&] { content.read_all("sha256:00"); }), HasSubstr("gRPC DataLoss"));
    EXPECT_THAT(error_of([&] { content.read_all("gap"); }), HasSubstr("instead of 3"));
    EXPECT_THAT(error_of([&] { content.read_all("sha256:00", 3); }),
                HasSubstr("larger than 3 bytes"));
}

TEST(ConnectionTest, AnEndAtAnyByteReportsTheCommand) {
    auto services = builder();
    test::BuildkitRunner whole(services);
    {
        Connection connection(whole, process::Command{{"docker", "exec"}});
        Control(connection).info();
    }
    ASSERT_GT(whole.written, 60u);
    test::BuildkitRunner runner(services);
    runner.outcome = {.code = 137, .err = "it was killed"};
    int failed = 0;
    for (runner.ends_after = 0; runner.ends_after < whole.written; ++runner.ends_after) {
        Connection connection(runner, process::Command{{"docker", "exec"}});
        auto error = error_of([&] { Control(connection).info(); });
        if (error.empty())
            continue; // the answer was complete
        ++failed;
        EXPECT_EQ(error, "`docker exec`: exit code 137: it was killed");
    }
    EXPECT_GT(failed, 60);
}

TEST(ConnectionTest, CommandsThatFail) {
    EXPECT_THAT(error_of_command("echo no such container >&2; exit 3"),
                HasSubstr("exit code 3: no such container"));
    EXPECT_THAT(error_of_command("cat >/dev/null & exit 0"), HasSubstr("exit code 0"));
    EXPECT_THAT(error_of_command("echo OCI runtime failed; exit 126"), HasSubstr("OCI runtime"));
    EXPECT_THAT(error_of_command("cat"), HasSubstr("not HTTP/2"));
    EXPECT_THAT(error_of_command("yes '\033[2J'"), HasSubstr("not HTTP/2"));
    EXPECT_THAT(error_of_command("head -c 100000 /dev/zero; cat >/dev/null"),
                HasSubstr("not HTTP/2"));
    process::Cancellation cancellation;
    process::RealRunner runner(cancellation);
    Connection connection(runner, process::Command{{"/nonexistent/docker"}});
    EXPECT_THAT(error_of([&] { Control(connection).info(); }), HasSubstr("could not be started"));
}

TEST(ConnectionTest, ASilentCommandEndsByDeadlineOrCancellation) {
    process::Cancellation cancellation;
    process::RealRunner runner(cancellation);
    auto begin = std::chrono::steady_clock::now();
    {
        Connection connection(runner, process::Command{{"sh", "-c", "cat >/dev/null"}});
        EXPECT_EQ(error_of([&] { Control(connection, {.timeout = 30ms}).info(); }),
                  "gRPC DeadlineExceeded: no answer in time");
    }
    Connection connection(runner, process::Command{{"sleep", "100"}});
    auto call = std::async(std::launch::async, [&] {
        try {
            Control(connection).info();
        } catch (const CommandEnded &ended) {
            return ended.outcome().kind == process::Outcome::Kind::cancelled;
        }
        return false;
    });
    std::this_thread::sleep_for(20ms);
    cancellation.cancel();
    EXPECT_TRUE(call.get());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(ConnectionTest, AHangingCommandEndsAfterSilence) {
    process::Cancellation cancellation;
    process::RealRunner runner(cancellation);
    auto begin = std::chrono::steady_clock::now();
    {
        Connection connection(runner, process::Command{{"sleep", "100"}}, {.silence = 200ms});
        EXPECT_EQ(error_of([&] { Control(connection).info(); }),
                  "`sleep 100`: BuildKit has not answered for 0.2 s");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(ConnectionTest, PingsKeepAQuietConnection) {
    Services services;
    services.add("/moby.buildkit.v1.Control/Info",
                 unary<control::InfoRequest, control::InfoResponse>([](const auto &, const auto &) {
                     std::this_thread::sleep_for(600ms); // longer than the silence
                     control::InfoResponse response;
                     response.mutable_buildkit_version()->set_version("slow");
                     return response;
                 }));
    test::BuildkitRunner runner(services);
    Connection connection(runner, process::Command{{"docker"}}, {.silence = 300ms});
    EXPECT_EQ(Control(connection).info().buildkit_version().version(), "slow");
}

TEST(ConnectionTest, VersionsAreCompared) {
    EXPECT_TRUE(at_least("v0.17.0", 0, 17));
    EXPECT_TRUE(at_least("0.34.2", 0, 17));
    EXPECT_TRUE(at_least("1.0", 0, 17));
    EXPECT_FALSE(at_least("v0.16.9-rc1", 0, 17));
    EXPECT_TRUE(at_least("v0.0.0+unknown", 0, 17));
    EXPECT_TRUE(at_least("", 0, 17));
}

} // namespace
} // namespace berth::buildkit
