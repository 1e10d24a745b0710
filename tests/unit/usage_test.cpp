// SPDX-License-Identifier: Apache-2.0
// Disk usage and pruning by BuildKit's API, and the equivalent commands.
#include "berth/builder/usage.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/error.hpp"

#include "buildkit_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace control = buildkit::control;

class UsageTest : public ::testing::Test {
  protected:
    UsageTest() {
        services.add("/moby.buildkit.v1.Control/DiskUsage",
                     buildkit::unary<control::DiskUsageRequest, control::DiskUsageResponse>(
                         [this](const auto &request, const auto &) {
                             asked = {request.filter().begin(), request.filter().end()};
                             return usage();
                         }));
        services.add("/moby.buildkit.v1.Control/Info",
                     buildkit::unary<control::InfoRequest, control::InfoResponse>(
                         [this](const auto &, const auto &) {
                             control::InfoResponse response;
                             response.mutable_buildkit_version()->set_version(version);
                             return response;
                         }));
        services.add("/moby.buildkit.v1.Control/Prune", [this](buildkit::Request &request) {
            buildkit::read(request.stream, pruned);
            for (const auto *id : {"x", "y"}) {
                control::UsageRecord record;
                record.set_id(id);
                buildkit::write(request.stream, record);
            }
            return pruned.all()
                       ? buildkit::Status{}
                       : buildkit::Status{buildkit::StatusCode::unknown, "broken \x1b[2J", {}};
        });
    }

    static control::DiskUsageResponse usage() {
        control::DiskUsageResponse response;
        auto &record = *response.add_record();
        record.set_id("b");
        record.set_mutable_(true);
        record.set_in_use(true);
        record.set_shared(true);
        record.set_size(7);
        record.set_usage_count(2);
        record.mutable_created_at()->set_seconds(1767323045);
        record.mutable_created_at()->set_nanos(500000000);
        record.mutable_last_used_at()->set_seconds(-62135596800);
        record.add_parents("p");
        record.add_parents("q");
        record.set_description("d");
        record.set_record_type("regular");
        auto &other = *response.add_record();
        other.set_id("a");
        other.set_size(7);
        other.mutable_created_at()->set_seconds(INT64_MAX); // no time that the client has
        auto &unknown = *response.add_record();
        unknown.set_id("unknown");
        unknown.set_size(-1);
        return response;
    }

    std::vector<UsageRecord> ask(const std::vector<std::string> &filters) {
        return disk_usage(docker, node, "mine", parse_usage_filter(filters));
    }

    store::NodeRecord node{.name = "c", .endpoint = ""};
    std::vector<std::string> asked;
    control::PruneRequest pruned;
    std::string version = "v0.34.2";
    buildkit::Services services;
    test::BuildkitRunner runner{services};
    docker::Docker docker{runner, "docker", "default", "default"};

    static std::string code_and_error(const std::function<void()> &call) {
        try {
            call();
            return "none";
        } catch (const Error &error) {
            return std::to_string(static_cast<int>(error.code())) + " " + error.what();
        }
    }
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
    auto records = ask({"type=regular"});
    EXPECT_THAT(asked, ElementsAre("type==regular"));
    EXPECT_TRUE(ask({}).size() == 3 && asked.empty());
    ASSERT_EQ(records.size(), 3u); // by size, then by id
    EXPECT_EQ(records[0].id, "unknown");
    EXPECT_EQ(records[0].size, -1);
    EXPECT_FALSE(records[0].created || records[0].last_used);
    EXPECT_EQ(records[1].id, "a");
    const auto &record = records[2];
    EXPECT_EQ(record.id, "b");
    EXPECT_TRUE(record.is_mutable && record.in_use && record.shared);
    EXPECT_EQ(record.usage_count, 2);
    EXPECT_EQ(format_rfc3339(record.created.value()), "2026-01-02T03:04:05.5Z");
    EXPECT_FALSE(record.last_used.has_value()); // Go's zero time
    EXPECT_THAT(record.parents, ElementsAre("p", "q"));
    EXPECT_EQ(record.description, "d");
    EXPECT_EQ(record.type, "regular");
    EXPECT_THAT(runner.commands.at(0).argv,
                ElementsAre("docker", "exec", "--interactive", "buildx_buildkit_c", "buildctl",
                            "dial-stdio"));
    EXPECT_EQ(runner.commands.at(0).effect, process::Effect::query);
}

TEST_F(UsageTest, PrunesAndReportsRecordsRemovedBeforeAnError) {
    PruneRequest request{.filter = parse_usage_filter({"until=90m"}), .all = true};
    std::string removed;
    auto add = [&](const UsageRecord &record) { removed += record.id; };
    prune(docker, node, "mine", request, add);
    EXPECT_EQ(removed, "xy");
    EXPECT_EQ(pruned.keep_duration(), 5400'000'000'000);
    EXPECT_TRUE(pruned.all());
    request.all = false;
    EXPECT_THAT(error_of([&] { prune(docker, node, "mine", request, add); }), "broken \\x1b[2J");
    EXPECT_EQ(removed, "xyxy");
    request.max_used_space = 1;
    version = "v0.16.0";
    EXPECT_THAT(error_of([&] { prune(docker, node, "mine", request, add); }),
                HasSubstr("v0.17.0+ is required"));
    EXPECT_EQ(removed, "xyxy");
}

TEST_F(UsageTest, CommandsThatEndTooEarly) {
    runner.ends_after = 0;
    auto end_with = [&](int code, const char *said) {
        runner.outcome = {.code = code, .err = said};
        return code_and_error([&] { ask({}); });
    };
    EXPECT_EQ(end_with(1, "Error response from daemon: No such container: c"),
              "5 Error response from daemon: No such container: c");
    EXPECT_EQ(end_with(1, "Error response from daemon: Container c is not running"),
              "5 Error response from daemon: Container c is not running");
    EXPECT_EQ(end_with(1, "error: dial unix: no such file\x1b"), "5 dial unix: no such file\\x1b");
    EXPECT_THAT(end_with(1, "Cannot connect to the Docker daemon"), HasSubstr("3 Cannot connect"));
    EXPECT_THAT(end_with(126, "no buildctl"), HasSubstr("exit code 126: no buildctl"));
    EXPECT_THAT(end_with(0, ""),
                HasSubstr("5 `docker exec --interactive buildx_buildkit_c buildctl dial-stdio`"));
}

TEST_F(UsageTest, NamesABuildKitThatLacksTheCall) {
    services = {};
    EXPECT_THAT(error_of([&] { ask({}); }), HasSubstr("BuildKit of builder mine is too old"));
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

TEST_F(UsageTest, ArgumentsOfBuildctl) {
    EXPECT_THAT(usage_arguments(parse_usage_filter({"type=regular"})),
                ElementsAre("du", "--format", "{{json .}}", "--filter", "type==regular"));
    PruneRequest request{.filter = parse_usage_filter({"until=90m"}), .all = true};
    request.reserved_space = 1500000;
    request.max_used_space = 1;
    EXPECT_THAT(prune_arguments(request),
                ElementsAre("prune", "--format", "{{json .}}", "--keep-duration", "1h30m0s",
                            "--all", "--keep-storage-min", "1.5", "--keep-storage", "0.000001"));
}

} // namespace
} // namespace berth::builder
