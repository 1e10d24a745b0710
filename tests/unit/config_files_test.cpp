// SPDX-License-Identifier: Apache-2.0
// The files that `create --buildkitd-config` puts into the store.
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

// The text is that of docker buildx 0.38.2 for the same file.
TEST_F(ConfigFilesTest, WritesTheTextLikeDockerBuildx) {
    auto file = write("c.toml", R"(# comment
debug = true
root="/x"
insecure-entitlements = [ "network.host", 'security.insecure' ]
[worker]
  [worker.oci]
    max-parallelism = 4
    gc=true
    [[worker.oci.gcpolicy]]
      keepBytes = 1_000
      filters = ["type==source.local"]
      all = true
    [[worker.oci.gcpolicy]]
      keepDuration = "48h"
      f = 1.50
[registry."b.example"]
  http=true # trailing
  mirrors = ["z", "a"]
[registry."a.example:5000"]
  insecure = true
[dns]
  nameservers=["1.1.1.1","8.8.8.8"]
  multi = """a
b"""
)");
    EXPECT_THAT(read_config_files(file), UnorderedElementsAre(Pair("buildkitd.toml", R"(debug = true
insecure-entitlements = ['network.host', 'security.insecure']
root = '/x'

[dns]
multi = "a\nb"
nameservers = ['1.1.1.1', '8.8.8.8']

[registry]
[registry.'a.example:5000']
insecure = true

[registry.'b.example']
http = true
mirrors = ['z', 'a']

[worker]
[worker.oci]
gc = true
max-parallelism = 4

[[worker.oci.gcpolicy]]
all = true
filters = ['type==source.local']
keepBytes = 1000

[[worker.oci.gcpolicy]]
f = 1.5
keepDuration = '48h'
)")));
}

TEST_F(ConfigFilesTest, ComparesConfigurationsByContent) {
    EXPECT_TRUE(same_config("a = 1 # one\nb = 'x'\n", "b = \"x\"\na = 1\n"));
    EXPECT_FALSE(same_config("a = 1\n", "a = 2\n"));
    EXPECT_FALSE(same_config("a = 1\n", "no toml"));
    EXPECT_TRUE(same_config("no toml", "no toml"));
}

TEST_F(ConfigFilesTest, CertificatesWithOneNameStaySeparate) {
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
