// SPDX-License-Identifier: Apache-2.0
// The link to Docker Desktop below a build, and the trace that a build belongs to.
#include "berth/util/file.hpp"

#include "../../src/job/build_details.hpp"
#include "../../src/job/trace_metadata.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth::job {
namespace {

using Variables = std::map<std::string, std::string>;

TEST(BuildDetailsTest, AreAsDockerBuildxPrintsThem) {
    EXPECT_EQ(build_details({}, false), "");
    EXPECT_EQ(build_details({{"default", "b/b0/r"}}, false),
              "\nView build details: docker-desktop://dashboard/build/b/b0/r\n");
    EXPECT_EQ(build_details({{"a", "b/b0/r"}, {"c", "b/b0/s"}}, false),
              "\nView build details: "
              "\n  a: docker-desktop://dashboard/build/b/b0/r"
              "\n  c: docker-desktop://dashboard/build/b/b0/s\n");
    EXPECT_EQ(build_details({{"default", "r"}}, true),
              "\nView build details: \x1b]8;;docker-desktop://dashboard/build/r\x1b\\"
              "docker-desktop://dashboard/build/r\x1b]8;;\x1b\\\n");
}

TEST(BuildDetailsTest, NeedDockerDesktop) {
    test::TemporaryDirectory home;
    Environment environment(Variables{{"HOME", home.path().string()}});
    EXPECT_FALSE(has_docker_desktop(environment));
    EXPECT_FALSE(has_docker_desktop(Environment()));
    write_file_atomically(home / ".docker/desktop-build/.lastaccess", "");
    EXPECT_TRUE(has_docker_desktop(environment));
}

TEST(TraceMetadataTest, PassesOnlyWellFormedHeaders) {
    const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    EXPECT_EQ(
        trace_metadata(Environment(Variables{{"TRACEPARENT", parent}, {"TRACESTATE", "a=b"}})),
        (buildkit::Metadata{{"traceparent", parent}, {"tracestate", "a=b"}}));
    EXPECT_EQ(
        trace_metadata(Environment(Variables{{"TRACEPARENT", parent}, {"TRACESTATE", "a\nb"}})),
        (buildkit::Metadata{{"traceparent", parent}}));
    EXPECT_TRUE(trace_metadata(Environment(Variables{{"TRACESTATE", "a=b"}})).empty());
    for (const auto &bad :
         std::vector<std::string>{parent + "0", parent.substr(1), "00-x-y-01", "\n"})
        EXPECT_TRUE(trace_metadata(Environment(Variables{{"TRACEPARENT", bad}})).empty()) << bad;
}

} // namespace
} // namespace berth::job
