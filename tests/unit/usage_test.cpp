// What buildctl tells of a cache, right and wrong, and the commands that ask.
#include "berth/builder/usage.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class UsageTest : public ::testing::Test {
  protected:
    process::RecordingRunner runner;
    docker::Docker docker{runner, "docker", "default", "default"};

    static std::string error_of(const std::function<void()> &call) {
        try {
            call();
            return "none";
        } catch (const Error &error) {
            return error.what();
        }
    }
};

TEST_F(UsageTest, ReadsRecords) {
    EXPECT_THAT(parse_usage("null\n"), IsEmpty());
    auto records = parse_usage(
        R"([{"id":"a","mutable":true,"inUse":true,"shared":true,"size":-1,"usageCount":2,)"
        R"("createdAt":"2026-01-02T03:04:05Z","lastUsedAt":null,"parents":["b","c"],)"
        R"("description":"d","recordType":"regular"}])");
    ASSERT_EQ(records.size(), 1u);
    const auto &record = records.front();
    EXPECT_EQ(record.id, "a");
    EXPECT_TRUE(record.is_mutable && record.in_use && record.shared);
    EXPECT_EQ(record.size, -1);
    EXPECT_EQ(record.usage_count, 2);
    EXPECT_TRUE(record.created.has_value());
    EXPECT_FALSE(record.last_used.has_value());
    EXPECT_THAT(record.parents, ElementsAre("b", "c"));
    EXPECT_EQ(parse_pruned("{\"id\":\"x\"}\n\n{\"id\":\"y\"}\n").size(), 2u);
}

TEST_F(UsageTest, BrokenAnswersNameTheRecordAndTheField) {
    struct Case {
        const char *output, *said;
    };
    for (const auto &[output, said] : {
             Case{"gibberish\x1b[2J", "no JSON: gibberish\\x1b[2J"},
             Case{"{}", "no list of records"},
             Case{"[3]", "record 1 is no JSON object"},
             Case{R"([{"id":"a"},{"size":1}])", "record 2 has no id"},
             Case{R"([{"id":7}])", "record 1: id is not a text: 7"},
             Case{R"([{"id":"a","size":"big"}])", "record 1: size is not"},
             Case{R"([{"id":"a","size":18446744073709551615}])", "record 1: size is not"},
             Case{R"([{"id":"a","createdAt":"yesterday"}])", "record 1: createdAt is not a time"},
             Case{R"([{"id":"a","parents":[1]}])", "record 1: parents is not a list of texts"},
         })
        EXPECT_THAT(error_of([output = output] { parse_usage(output); }), HasSubstr(said));
}

TEST_F(UsageTest, FiltersTakeTheFormOfBuildKit) {
    EXPECT_EQ(
        parse_usage_filter({"id=ab", "Type = regular", "description~=x", "shared!=true"}).text,
        "id~=ab,type==regular,description~=x,shared!=true");
    auto until = parse_usage_filter({"until=24h"});
    EXPECT_EQ(until.text, "");
    EXPECT_EQ(until.keep_duration, std::chrono::hours(24));
    EXPECT_THAT(error_of([] { parse_usage_filter({"type"}); }), HasSubstr("expected name=value"));
    EXPECT_THAT(error_of([] { parse_usage_filter({"until=soon"}); }), HasSubstr("\"soon\""));
    EXPECT_THAT(error_of([] {
                    parse_usage_filter({"type=a", "type=b"});
                }),
                HasSubstr("expect only one value"));
    EXPECT_THAT(error_of([] {
                    parse_usage_filter({"until=1h", "unused-for=1h"});
                }),
                HasSubstr("conflicting"));
}

TEST_F(UsageTest, CommandsAreOneExec) {
    EXPECT_THAT(usage_command(docker, "c", parse_usage_filter({"type=regular"})).argv,
                ElementsAre("docker", "exec", "c", "buildctl", "du", "--format", "{{json .}}",
                            "--filter", "type==regular"));
    PruneRequest request{.filter = parse_usage_filter({"until=90m"}), .all = true};
    request.reserved_space = 1500000;
    request.max_used_space = 1;
    EXPECT_THAT(prune_command(docker, "c", request).argv,
                ElementsAre("docker", "exec", "c", "buildctl", "prune", "--format", "{{json .}}",
                            "--keep-duration", "1h30m0s", "--all", "--keep-storage-min", "1.5",
                            "--keep-storage", "0.000001"));
}

} // namespace
} // namespace berth::builder
