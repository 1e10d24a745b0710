// SPDX-License-Identifier: Apache-2.0
// The reason that BuildKit gives when it ends a transfer.
#include "berth/solve/transfer_failures.hpp"

#include "session_call.hpp"

#include <gmock/gmock.h>

namespace berth::solve {
namespace {

using buildkit::Status;
using buildkit::StatusCode;
using namespace std::chrono_literals;

constexpr const char *sync = "/moby.filesync.v1.FileSync/DiffCopy";
constexpr const char *send = "/moby.filesync.v1.FileSend/DiffCopy";
constexpr const char *secret = "/moby.buildkit.secrets.v1.Secrets/GetSecret";

class TransferFailuresTest : public ::testing::Test {
  protected:
    void add(const std::string &method, const Status &status) {
        services.add(method, [status](buildkit::Request &request) {
            std::string message;
            while (request.stream.read(message)) {
            }
            return status;
        });
    }
    Status call(const std::string &method) { return test::SessionCall(services, method).finish(); }

    TransferFailures failures;
    buildkit::Services services;
};

TEST_F(TransferFailuresTest, KeepsTheFirstThatIsNoCancellation) {
    add(sync, {StatusCode::cancelled, "the receiver ended the transfer early", {}});
    add(send, {StatusCode::unknown, "no space left", {}});
    add("/moby.upload.v1.Upload/Pull", {StatusCode::unknown, "too late", {}});
    failures.watch(services);
    EXPECT_EQ(call(sync).code, StatusCode::cancelled);
    EXPECT_FALSE(failures.first(0ms));
    EXPECT_EQ(call(send).message, "no space left");
    EXPECT_EQ(call("/moby.upload.v1.Upload/Pull").message, "too late");
    EXPECT_EQ(failures.first(0ms).value().message, "no space left");
}

TEST_F(TransferFailuresTest, KeepsWhatAHandlerThrows) {
    services.add(sync, [](buildkit::Request &) -> Status { throw Error("not a directory"); });
    failures.watch(services);
    EXPECT_EQ(call(sync).message, "not a directory");
    EXPECT_EQ(failures.first(0ms).value().message, "not a directory");
}

// A build may do without a secret, or ask another registry.
TEST_F(TransferFailuresTest, OtherCallsMayFail) {
    add(secret, {StatusCode::not_found, "secret token: not found", {}});
    failures.watch(services);
    EXPECT_EQ(call(secret).code, StatusCode::not_found);
    EXPECT_FALSE(failures.first(0ms));
}

TEST_F(TransferFailuresTest, WaitsForTransfersThatRun) {
    add(sync, {StatusCode::unknown, "file name too long", {}});
    failures.watch(services);
    test::SessionCall running(services, sync);
    buildkit::Status ended;
    std::thread later([&] {
        std::this_thread::sleep_for(20ms);
        ended = running.finish();
    });
    // The call may not have begun yet.
    while (!failures.first(20s))
        std::this_thread::yield();
    later.join();
    EXPECT_EQ(failures.first(0ms).value().message, "file name too long");
}

TEST_F(TransferFailuresTest, DoesNotWaitForever) {
    add(sync, {});
    failures.watch(services);
    test::SessionCall running(services, sync);
    EXPECT_FALSE(failures.first(20ms));
}

} // namespace
} // namespace berth::solve
