// SPDX-License-Identifier: Apache-2.0
// Details of BuildKit's errors, and the text of the error.
#include "berth/buildkit/error_details.hpp"
#include "berth/job/build_failure.hpp"
#include "berth/util/encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::buildkit {
namespace {

using ::testing::HasSubstr;

StatusDetail detail(const std::string &type, const std::string &json) {
    return {"github.com/moby/buildkit/errdefs." + type + "+json", json};
}

StatusDetail source(const std::string &file, const std::string &data, const std::string &ranges) {
    return detail("Source", R"({"info":{"filename":")" + file + R"(","data":")" +
                                base64_encode(data) + R"("},"ranges":)" + ranges + "}");
}

// As BuildKit 0.34 sent it of a Dockerfile with a failing RUN, less stacks and the definition.
const Status recorded = {
    StatusCode::unknown,
    "process \"/bin/sh -c exit 3\" did not complete successfully: exit code: 3",
    {{"github.com/moby/buildkit/stack.Stack+json", R"({"frames":[{"Name":"main.main","Line":1}]})"},
     {"github.com/moby/buildkit/gatewayapi.ExitMessage+json", R"({"Code":3})"},
     detail("Solve", R"({"inputIDs":["a::b"],"op":{"exec":{"meta":{"args":["/bin/sh"]}}}})"),
     detail("Source",
            R"({"info":{"filename":"Dockerfile","data":"RlJPTSBidXN5Ym94ClJVTiBleGl0IDMK",)"
            R"("language":"Dockerfile"},"ranges":[{"start":{"line":2},"end":{"line":2}}]})"),
     detail("Vertex", R"({"digest":"sha256:50a7"})")}};

TEST(ErrorDetailsTest, ReadsBuildkitsDetails) {
    auto details = read_details(recorded);
    ASSERT_EQ(details.sources.size(), 1u);
    EXPECT_EQ(details.sources[0].file_name, "Dockerfile");
    EXPECT_EQ(details.sources[0].data, "FROM busybox\nRUN exit 3\n");
    ASSERT_EQ(details.sources[0].ranges.size(), 1u);
    EXPECT_EQ(details.sources[0].ranges[0].start, 2);
    EXPECT_EQ(details.sources[0].ranges[0].end, 2);
    EXPECT_EQ(details.vertex, "sha256:50a7");
    EXPECT_EQ(details.unsupported_request, "");
}

TEST(ErrorDetailsTest, IgnoresMalformedDetails) {
    for (const auto &bad :
         {detail("Source", ""), detail("Source", "{"), detail("Source", "[]"),
          detail("Source", "null"), detail("Source", R"({"info":3,"ranges":[]})"),
          detail("Source", R"({"info":{"filename":"a","data":"*"},"ranges":[]})"),
          detail("Source", R"({"info":{"filename":"a"},"ranges":{}})"),
          detail("Source", R"({"info":{"filename":"a"}})"),
          detail("Source", std::string(100'000, '[')),
          source("a", "b", "[" + std::string(60'000, ' ').replace(0, 2, "1,") + "2]"),
          detail("Vertex", R"({"digest":3})"), detail("Subrequest", R"({"name":[]})"),
          detail("Vertex", "\xff")}) {
        auto details = read_details({StatusCode::unknown, "x", {bad}});
        for (const auto &found : details.sources)
            EXPECT_TRUE(found.ranges.empty()) << bad.value.substr(0, 100);
        EXPECT_EQ(details.vertex + details.unsupported_request, "");
        EXPECT_EQ(job::failure_of_status({StatusCode::unknown, "x", {bad}}, false, {}, {}).excerpt,
                  "");
    }
    auto odd =
        read_details({StatusCode::unknown,
                      "",
                      {source("a", "b",
                              R"([{"start":{"line":-1}},{"start":{"line":1e9}},{"end":3},{"start":)"
                              R"({"line":99999999999}},{"start":{"line":"1"}}])")}});
    ASSERT_EQ(odd.sources.size(), 1u);
    for (const auto &range : odd.sources[0].ranges)
        EXPECT_EQ(range.start, 0);
}

TEST(ErrorDetailsTest, ReadsABoundedNumber) {
    std::string ranges = "[{}";
    for (int i = 0; i < 10'000; ++i)
        ranges += ",{}";
    EXPECT_TRUE(
        read_details({StatusCode::unknown, "", {source("a", "b", ranges + "]")}}).sources.empty());
    Status many{StatusCode::unknown, "", {}};
    many.details.assign(10'000, source("a", "b", "[]"));
    EXPECT_EQ(read_details(many).sources.size(), 100u);
}

TEST(ErrorDetailsTest, TheTextEqualsBuildkitsClients) {
    EXPECT_EQ(error_text(recorded), recorded.message);
    EXPECT_EQ(error_text({StatusCode::not_found, "no such job", {}}), "NotFound: no such job");
    EXPECT_EQ(error_text({StatusCode::unknown,
                          "unsupported request frontend.x",
                          {detail("Subrequest", R"({"name":"frontend.x"})")}}),
              "unsupported request frontend.x: unsupported request frontend.x");
    EXPECT_EQ(error_text(
                  {StatusCode::unimplemented, "odd", {detail("FrontendCap", R"({"name":"cap"})")}}),
              "unsupported frontend capability cap: Unimplemented: odd");
}

} // namespace
} // namespace berth::buildkit

namespace berth::job {
namespace {

using buildkit::StatusCode;
using ::testing::HasSubstr;

TEST(FailureOfStatusTest, PrintsTheLinesAndTheError) {
    auto failure = failure_of_status(buildkit::recorded, false, {}, {});
    EXPECT_EQ(failure.excerpt, "Dockerfile:2\n"
                               "--------------------\n"
                               "   1 |     FROM busybox\n"
                               "   2 | >>> RUN exit 3\n"
                               "   3 |     \n"
                               "--------------------\n");
    EXPECT_EQ(std::string(failure.error.what()),
              "failed to build: failed to solve: " + buildkit::recorded.message);
    EXPECT_EQ(failure.error.code(), ExitCode::failure);
    EXPECT_EQ(failure.error.hint(), "");
}

TEST(FailureOfStatusTest, SourcesFollowOneAnother) {
    auto excerpt = source_excerpt({{"one", "a\n", {{1, 1}}}, {"two", "b\n", {{1, 0}}}});
    EXPECT_EQ(excerpt, "one:1\n--------------------\n   1 | >>> a\n   2 |     \n"
                       "--------------------\n"
                       "two:1\n--------------------\n   1 | >>> b\n   2 |     \n"
                       "--------------------\n");
    EXPECT_EQ(source_excerpt({{"one", "a\n", {}}, {"two", "b\n", {{9, 9}}}}), "");
}

TEST(FailureOfStatusTest, EscapeSequencesAreWrittenOut) {
    auto failure =
        failure_of_status({StatusCode::unknown,
                           "bad \x1b[2J",
                           {buildkit::source("f", "\x1b[31m", R"([{"start":{"line":1}}])")}},
                          false, {}, {});
    EXPECT_THAT(failure.error.what(), HasSubstr("bad \\x1b[2J"));
    EXPECT_THAT(failure.excerpt, HasSubstr(">>> \\x1b[31m\n"));
}

TEST(FailureOfStatusTest, ACancelledBuildHasItsExitCode) {
    auto failure = failure_of_status(buildkit::recorded, true, {}, {});
    EXPECT_STREQ(failure.error.what(), "failed to build: cancelled");
    EXPECT_EQ(failure.error.code(), ExitCode::cancelled);
    failure = failure_of_status({StatusCode::cancelled, "context canceled", {}}, false, {}, {});
    EXPECT_STREQ(failure.error.what(),
                 "failed to build: failed to solve: Canceled: context canceled");
    EXPECT_EQ(failure.error.code(), ExitCode::cancelled);
}

TEST(FailureOfStatusTest, NamesTheMissingEmulator) {
    EmulationWatch watch;
    watch.look({.logs = {{.vertex = "a", .stream = 2, .data = "exec format error"}}});
    watch.look({.vertexes = {
                    {.digest = "a", .name = "[linux/arm64 2/2] RUN true", .error = "exit code"}}});
    auto failure = failure_of_status(buildkit::recorded, false, watch, {});
    EXPECT_THAT(failure.error.hint(), HasSubstr("--install arm64"));
}

TEST(FailureOfStatusTest, SaysWhatLocalhostIsInABuilder) {
    auto hint = [](const std::string &message) {
        return failure_of_status({StatusCode::unknown, message, {}}, false, {}, {}).error.hint();
    };
    EXPECT_THAT(hint("Head \"http://localhost:5000/v2/\": dial tcp [::1]:5000: connect: connection "
                     "refused"),
                HasSubstr("network=host"));
    EXPECT_EQ(hint("dial tcp 10.0.0.1:5000: connect: connection refused"), "");
    EXPECT_EQ(hint("dial tcp 127.0.0.1:5000: i/o timeout"), "");
}

} // namespace
} // namespace berth::job
