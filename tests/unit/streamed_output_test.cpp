// SPDX-License-Identifier: Apache-2.0
// Outputs that are one stream, by FileSend.
#include "berth/session/file_send.hpp"
#include "berth/util/error.hpp"

#include "buildkit/file_sync.pb.h"
#include "session_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::session {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char *send_method = "/moby.filesync.v1.FileSend/DiffCopy";

// An output that is one stream.
struct RecordedSink : ByteSink {
    explicit RecordedSink(std::string &log) : log(log) {}
    ~RecordedSink() override { log += "|closed"; }
    void write(std::string_view bytes) override {
        if (bytes == "full")
            throw Error("cannot write out.tar: No space left on device");
        log += bytes;
    }
    void finish() override { log += "|finished"; }
    std::string &log;
};

class StreamedOutputTest : public ::testing::Test {
  protected:
    void start(buildkit::Metadata metadata) {
        add_file_send(services, {{1,
                                  [this](const auto &said) {
                                      for (const auto &[key, value] : said)
                                          log += key + "=" + value + "|";
                                      return std::make_unique<RecordedSink>(log);
                                  }},
                                 {2, [](const auto &) { return nullptr; }}});
        call.emplace(services, send_method, std::move(metadata));
    }
    void send(const std::string &bytes) {
        moby::filesync::v1::BytesMessage message;
        message.set_data(bytes);
        buildkit::write(call->stream(), message);
    }

    std::string log;
    buildkit::Services services;
    std::optional<test::SessionCall> call;
};

TEST_F(StreamedOutputTest, GoesToTheSinkOfItsExporter) {
    start({{"buildkit-attachable-exporter-id", "1"},
           {"exporter-md-a", "1"},
           {"exporter-md-a", "2"},
           {"other", "x"}});
    send("one ");
    send("");
    send("two");
    EXPECT_TRUE(call->finish().ok());
    EXPECT_EQ(log, "a=1,2|one two|finished|closed");
}

TEST_F(StreamedOutputTest, TheMessageOfAFailingSinkIsTheStatus) {
    start({{"buildkit-attachable-exporter-id", "1"}});
    send("full");
    EXPECT_EQ(call->finish().message, "cannot write out.tar: No space left on device");
    EXPECT_EQ(log, "|closed");
}

TEST_F(StreamedOutputTest, ABrokenStreamIsNotFinished) {
    start({{"buildkit-attachable-exporter-id", "1"}});
    send("one");
    call->fail({buildkit::StatusCode::unavailable, "broken", {}});
    EXPECT_EQ(call->finish().message, "broken");
    EXPECT_THAT(log, ::testing::EndsWith("|closed"));
    EXPECT_THAT(log, ::testing::Not(HasSubstr("finished")));
}

TEST_F(StreamedOutputTest, ADestinationThatMayNotBeOverwritten) {
    start({{"buildkit-attachable-exporter-id", "2"}});
    EXPECT_EQ(call->finish().code, buildkit::StatusCode::already_exists);
}

TEST_F(StreamedOutputTest, UnknownExportersAreRefused) {
    for (auto number : {"3", "-1", "99999999999999999999", "no number", ""}) {
        start({{"buildkit-attachable-exporter-id", number}});
        EXPECT_THAT(call->finish().message, HasSubstr("not found")) << number;
    }
}

} // namespace
} // namespace berth::session
