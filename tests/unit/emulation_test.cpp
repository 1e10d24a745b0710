// SPDX-License-Identifier: Apache-2.0
// The message for a step whose program this machine cannot run.
#include "berth/job/emulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using progress::SolveStatus;
using ::testing::HasSubstr;

SolveStatus log(const std::string &vertex, const std::string &text) {
    return {.logs = {{.vertex = vertex, .stream = 2, .data = text}}};
}

SolveStatus failed(const std::string &vertex, const std::string &name) {
    return {.vertexes = {{.digest = vertex, .name = name, .error = "exit code: 255"}}};
}

TEST(EmulationTest, TheFailedStepMustHaveReportedIt) {
    EmulationWatch watch;
    watch.look(log("a", "exec /bin/sh: exec format error\n"));
    watch.look(failed("b", "[2/2] RUN false"));
    EXPECT_FALSE(watch.missed());
    watch.look(failed("a", "[linux/arm64 2/2] RUN true"));
    EXPECT_TRUE(watch.missed());
    EXPECT_EQ(watch.platform(), "linux/arm64");
}

TEST(EmulationTest, NoPlatformInTheName) {
    for (const auto *name : {"[2/2] RUN true", "[stage 2/2] RUN true", "odd"}) {
        EmulationWatch watch;
        watch.look(log("a", "exec format error"));
        watch.look(failed("a", name));
        EXPECT_TRUE(watch.missed()) << name;
        EXPECT_EQ(watch.platform(), "") << name;
    }
}

TEST(EmulationTest, TheHintNamesWhatToInstall) {
    EXPECT_THAT(emulation_hint("linux/arm/v7", {}), HasSubstr("binfmt --install arm`"));
    EXPECT_THAT(emulation_hint("", {"linux/arm64"}), HasSubstr("--install arm64`"));
    EXPECT_THAT(emulation_hint("", {"linux/arm64", "linux/s390x"}), HasSubstr("--install all`"));
    EXPECT_THAT(emulation_hint("", {}), HasSubstr("another processor"));
}

} // namespace
} // namespace berth::job
