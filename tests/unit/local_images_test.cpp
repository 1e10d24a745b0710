// Which images of a Dockerfile are the engine's alone, and what of them a builder is sent.
#include "berth/build/local_images.hpp"
#include "berth/process/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace berth::build {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(LocalImagesTest, TheImagesOfADockerfile) {
    EXPECT_THAT(
        image_references("ARG TAG=1\nARG NAME\nFROM --platform=linux/amd64 me/base:$TAG AS base\n"
                         "FROM base\nFROM scratch\nFROM ${NAME:-other}\nFROM $MINE\n"
                         "FROM x@sha256:aa\nFROM replaced\n"
                         "COPY --from=tools /a /b\nCOPY --from=0 /a /b\n"
                         "COPY --from=base /a /b\nFROM other:latest\n",
                         {.build_contexts = {"replaced=/x"}, .build_args = {"MINE=mine"}}),
        ElementsAre("me/base:1", "other", "mine", "tools"));
}

class SentImages : public ::testing::Test {
  protected:
    process::RecordingRunner runner;
    docker::Docker docker{runner, "docker", "default", "default"};
    std::ostringstream log;
    std::unique_ptr<progress::Display> display =
        progress::make_display(progress::Mode::none, log, {});
    const std::string id = std::string(64, 'a'), digest = "sha256:" + std::string(64, 'b');
    bool held = false;

    std::vector<std::string> bring(const std::string &digests) {
        runner.answer = [&, digests](const process::Command &command, const std::string &) {
            process::Outcome outcome;
            if (command.argv[1] == "image")
                outcome.out = R"({"Id":"sha256:)" + id + R"(","RepoTags":["mine:latest"],)" +
                              R"("RepoDigests":)" + digests + R"(,"RootFS":{"Layers":[]}})";
            else if (held || command.argv[1] == "exec")
                outcome.out = held || runner.transcript().find("docker save") != std::string::npos
                                  ? id + " " + digest + "\n"
                                  : "";
            return outcome;
        };
        LocalImages images(docker, "box");
        images.bring({"mine", "absent"}, *display, [] { return Time(); });
        return images.arguments();
    }
};

TEST_F(SentImages, WhatTheBuilderHoldsIsNotSentAgain) {
    held = true;
    EXPECT_THAT(bring("[]"),
                ElementsAre("--oci-layout", "berth-image-0=/var/lib/buildkit/berth/images/" + id,
                            "--opt", "context:mine=oci-layout://berth-image-0@" + digest));
    EXPECT_EQ(runner.records.size(), 2u);
}

TEST_F(SentImages, WhatARegistryHasIsLeftToIt) {
    EXPECT_THAT(bring(R"(["mine@sha256:cc"])"), ElementsAre());
    EXPECT_EQ(runner.records.size(), 1u);
}

} // namespace
} // namespace berth::build
