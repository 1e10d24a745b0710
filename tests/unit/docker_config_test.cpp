// SPDX-License-Identifier: Apache-2.0
// Docker's config.json: its content, and the message for an unusable file.
#include "berth/store/docker_config.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace berth::store {
namespace {

using ::testing::HasSubstr;

class DockerConfigTest : public ::testing::Test {
  protected:
    DockerConfig read(const std::string &content) {
        write_file_atomically(directory / "config.json", content);
        return read_docker_config(directory.path());
    }
    test::TemporaryDirectory directory;
};

TEST_F(DockerConfigTest, ValidAndMissingFilesAreNotProblems) {
    EXPECT_EQ(read_docker_config({}).problem, "");
    EXPECT_EQ(read_docker_config(directory.path()).problem, "");
    EXPECT_EQ(read("").problem, "");
    EXPECT_EQ(read(R"({"auths":null,"credsStore":"x"})").problem, "");
    EXPECT_EQ(read(R"({"currentContext":"remote"})").values.at("currentContext"), "remote");
}

TEST_F(DockerConfigTest, AnInvalidFileIsEmptyWithAProblem) {
    auto expect = [](const DockerConfig &config, const char *problem) {
        EXPECT_EQ(config.values, nlohmann::json::object());
        EXPECT_THAT(config.problem, HasSubstr(problem));
    };
    auto file = (directory / "config.json").string();
    expect(read("{broken"),
           ("Error parsing config file (" + file + "): not JSON at byte 2").c_str());
    expect(read("[]"), "a JSON object is expected, not array");
    expect(read(R"({"auths":7})"), "auths is no object");
    expect(read(R"({"currentContext":{}})"), "currentContext is no string");
    std::filesystem::remove(file);
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    expect(read_docker_config(directory.path()), "Error loading config file: cannot read");
}

} // namespace
} // namespace berth::store
