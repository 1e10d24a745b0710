// SPDX-License-Identifier: Apache-2.0
// What `create --buildkitd-config` takes into the store.
#include "berth/builder/config_files.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class ConfigFilesTest : public ::testing::Test {
  protected:
    std::string write(const std::string &name, const std::string &content) {
        auto path = std::filesystem::path(folder_.path()) / name;
        write_file_atomically(path, content);
        return path.string();
    }
    test::TemporaryDirectory folder_;
};

TEST_F(ConfigFilesTest, AFileWithoutCertificatesStaysAsItIs) {
    const std::string text = "debug = true   # spaces and all\n";
    EXPECT_THAT(read_config_files(write("c.toml", text)),
                UnorderedElementsAre(Pair("buildkitd.toml", text)));
}

TEST_F(ConfigFilesTest, CertificatesOfOneNameStayApart) {
    auto first = write("one/ca.pem", "first"), second = write("two/ca.pem", "second");
    auto files =
        read_config_files(write("c.toml", "[registry.\"r.example:5000\"]\nca = [\"" + first +
                                              "\", \"" + second + "\", \"" + first + "\"]\n"));
    auto config = files["buildkitd.toml"];
    files.erase("buildkitd.toml");
    EXPECT_THAT(files, UnorderedElementsAre(Pair("certs/r.example_5000/ca.pem", "first"),
                                            Pair("certs/r.example_5000/2-ca.pem", "second")));
    EXPECT_THAT(config, HasSubstr("/etc/buildkit/certs/r.example_5000/ca.pem"));
    EXPECT_THAT(config, HasSubstr("/etc/buildkit/certs/r.example_5000/2-ca.pem"));
}

TEST_F(ConfigFilesTest, AMissingCertificateIsNamed) {
    try {
        read_config_files(write("c.toml", "[registry.\"r\"]\nca = [\"/none/ca.pem\"]\n"));
        FAIL() << "taken";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        EXPECT_THAT(error.what(), HasSubstr("/none/ca.pem"));
        EXPECT_THAT(error.what(), HasSubstr("registry.\"r\""));
    }
}

} // namespace
} // namespace berth::builder
