// SPDX-License-Identifier: Apache-2.0
// Build records: names, filters, traces, and secrets omitted from bundles.
#include "berth/history/build_name.hpp"
#include "berth/history/filter.hpp"
#include "berth/history/inspection.hpp"
#include "berth/history/trace.hpp"
#include "berth/util/error.hpp"
#include "berth/util/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::history {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(BuildNameTest, ConsistsOfContextDockerfileAndTarget) {
    auto noted = [](const std::string &path, const std::string &dockerfile) {
        return store::BuildRef{.target = "", .local_path = path, .dockerfile_path = dockerfile};
    };
    EXPECT_EQ(build_name({}, {}), "");
    EXPECT_EQ(build_name({{"build-arg:BUILDKIT_BUILD_NAME", "mine"}}, noted("/p", "")), "mine");
    EXPECT_EQ(build_name({}, noted("/tmp/project", "/tmp/project/Dockerfile")), "project");
    EXPECT_EQ(build_name({}, noted("/tmp/project", "/tmp/project/deploy/Dockerfile.release")),
              "project/deploy/Dockerfile.release");
    EXPECT_EQ(build_name({}, noted("/tmp/project", "/etc/files/Other")), "files/Other");
    EXPECT_EQ(build_name({{"target", "t"}}, noted("/tmp/project", "")), "project (t)");
    EXPECT_EQ(build_name({{"target", "t"}}, {}), "t");
    EXPECT_EQ(build_name({{"context", "sub"}, {"target", "t"}}, noted("/p", "")), "sub (t)");
    EXPECT_EQ(build_name({{"vcs:localdir:context", "sub"}}, {}), "sub");
    EXPECT_EQ(build_name({{"filename", "D.x"}, {"vcs:localdir:dockerfile", "deploy"}},
                         noted("https://example.com/r.git", "/ignored/Dockerfile")),
              "deploy/D.x");
    EXPECT_EQ(build_name({{"input:context", "https://example.com/r.git?ref=main&subdir=a"}}, {}),
              "https://example.com/r.git#main:a");
    EXPECT_EQ(build_name({{"vcs:source", "git@example.com:r.git"}}, {}), "git@example.com:r.git");
}

class HistoryFilterTest : public ::testing::Test {
  protected:
    HistoryFilterTest() {
        record_.set_ref("abcdef");
        record_.mutable_created_at()->set_seconds(1000);
        record_.mutable_completed_at()->set_seconds(1090);
        (*record_.mutable_frontend_attrs())["context"] = "https://example.com/group/r.git#main";
    }
    bool matches(const std::string &text) const {
        return parse_filter(text).matches(record_, Time(std::chrono::seconds(2000)));
    }
    moby::buildkit::v1::BuildHistoryRecord record_;
};

TEST_F(HistoryFilterTest, ComparesTextsAndTimes) {
    EXPECT_TRUE(matches("ref=bcd"));
    EXPECT_FALSE(matches("ref!=abcdef"));
    EXPECT_TRUE(matches("repository=example.com/group"));
    EXPECT_FALSE(matches("repository=main"));
    EXPECT_TRUE(matches("status=completed"));
    EXPECT_TRUE(matches("duration>1m"));
    EXPECT_TRUE(matches("duration<=90s"));
    EXPECT_FALSE(matches("duration<90s"));
    EXPECT_TRUE(matches("startedAt>=1000s"));
    EXPECT_FALSE(matches("startedAt>1000s"));
    EXPECT_TRUE(matches("completedAt<1970-01-01T01:00:00Z"));
    record_.mutable_error()->set_message("failed: context canceled");
    EXPECT_TRUE(matches("status=canceled"));
    EXPECT_FALSE(matches("status=error"));
    record_.clear_completed_at();
    EXPECT_TRUE(matches("status=running"));
}

TEST_F(HistoryFilterTest, RefusesOthers) {
    for (const auto *text : {"", "status", "colour=red", "status<error", "duration=1m",
                             "duration>soon", "startedAt>soon", "!status"})
        EXPECT_THROW(parse_filter(text), Error) << text;
}

std::string span(const std::string &value, const std::string &id = "0123456789abcdef") {
    auto context = R"({"TraceID":"0123456789abcdef0123456789abcdef","SpanID":")" + id +
                   R"(","TraceFlags":"01","TraceState":"x","Remote":false})";
    return R"({"Name":"a<b","SpanContext":)" + context + R"(,"Parent":)" + context +
           R"(,"SpanKind":2,"StartTime":"2026-01-01T00:00:00.0000015Z",)"
           R"("EndTime":"2026-01-01T00:00:01Z","Attributes":[{"Key":"k","Value":{"Type":"STRING",)"
           R"("Value":")" +
           value +
           R"("}}],"Events":null,"Links":null,"Status":{"Code":1,"Description":"bad"},)"
           R"("Resource":[{"Key":"service.name","Value":{"Type":"STRING","Value":"s"}}]})";
}

TEST(TraceDocumentTest, CanBeImportedByJaeger) {
    auto document = nlohmann::json::parse(jaeger_trace(span("v") + "\n" + span("w")))["data"][0];
    const auto &first = document["spans"][0];
    EXPECT_EQ(document["spans"].size(), 2u);
    EXPECT_EQ(first["operationName"], "a<b");
    EXPECT_EQ(first["duration"], 999998);
    EXPECT_EQ(first["tags"].size(), 5u); // k, span.kind, error, status code and description
    EXPECT_EQ(first["logs"], nullptr);
    EXPECT_EQ(document["processes"]["p1"]["serviceName"], "s");
    for (const auto *bad : {"", "[]", "{", "{}", R"({"SpanContext":{"TraceID":"x"}})"})
        EXPECT_THROW(jaeger_trace(bad), Error) << bad;
    EXPECT_THROW(jaeger_trace(span("v", "XYZ")), Error);
}

TEST(TraceDocumentTest, IsWithoutSecrets) {
    auto token = "ghs_" + std::string(36, 'a'), pat = "github_pat_" + std::string(82, 'b');
    auto text = without_secrets(span("type=gha,ghToken=abc,x=1 GHTOKEN=d " + token + " " + pat +
                                     " secret_access_key=e token="));
    EXPECT_THAT(text, HasSubstr("type=gha,ghToken=xxxxx,x=1 GHTOKEN=xxxxx xxxxx xxxxx "
                                "secret_access_key=xxxxx token="));
    EXPECT_THAT(text, HasSubstr("\"TraceState\": \"\""));
    EXPECT_THAT(text, Not(HasSubstr("aaaa")));
}

TEST(InspectionTest, OmitsEmptyFields) {
    EXPECT_EQ(without_empty({{"Name", ""},
                             {"Ref", ""},
                             {"NumTotalSteps", 0},
                             {"Duration", 0},
                             {"Config", {{"NoCache", false}, {"Network", "host"}}},
                             {"Labels", nlohmann::ordered_json::array()}})
                  .dump(),
              R"({"Ref":"","NumTotalSteps":0,"Config":{"Network":"host"}})");
}

} // namespace
} // namespace berth::history
