// SPDX-License-Identifier: Apache-2.0
// The record of a build in the store.
#include "berth/job/build_report.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace berth::job {
namespace {

using Kind = context::LocalContext::Kind;

TEST(BuildReportTest, RecordsTheDockerfileLikeDockerBuildx) {
    context::LocalContext directory, remote, archive;
    remote.kind = Kind::remote;
    archive.kind = Kind::archive;
    auto here = std::filesystem::current_path().string();
    EXPECT_EQ(noted_dockerfile("", directory), "");
    EXPECT_EQ(noted_dockerfile("app/./sub/../Other", directory), here + "/app/Other");
    EXPECT_EQ(noted_dockerfile("/x/./Dockerfile", directory), "/x/Dockerfile");
    EXPECT_EQ(noted_dockerfile("-", directory), "-");
    EXPECT_EQ(noted_dockerfile("sub/Dockerfile", remote), "sub/Dockerfile");
    EXPECT_EQ(noted_dockerfile("sub/Dockerfile", archive), "sub/Dockerfile");
    EXPECT_EQ(noted_dockerfile("https://example.com/Dockerfile", directory),
              "https://example.com/Dockerfile");
}

} // namespace
} // namespace berth::job
