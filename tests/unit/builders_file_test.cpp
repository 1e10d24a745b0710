// SPDX-License-Identifier: Apache-2.0
// builders.toml, valid and invalid.
#include "berth/cli/builders_file.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BuildersFileTest : public ::testing::Test {
  protected:
    std::vector<CreateOptions> read(const std::string &content) {
        auto path = std::filesystem::path(folder_.path()) / "b.toml";
        write_file_atomically(path, content);
        return read_builders_file(path);
    }
    test::TemporaryDirectory folder_;
};

TEST_F(BuildersFileTest, KeysAreTheFlagsOfCreate) {
    auto builders = read("[builder.two]\n"
                         "[builder.one]\nendpoint = \"tcp://h:1\"\ndriver-opt = [\"a=1,b=2\"]\n"
                         "env = { X = \"1,2\", Y = \"q\\\"r\" }\nrun-arg = [\"--label\", \"a b\"]\n"
                         "buildkitd-config = \"sub/b.toml\"\nca = \"/abs/ca.pem\"\nuse = true\n"
                         "bootstrap = false\nmax-cache = \"2g\"\ntimeout = \"1m\"\n");
    ASSERT_EQ(builders.size(), 2u);
    const auto &one = builders[0];
    EXPECT_EQ(one.request.name, "one");
    EXPECT_THAT(one.arguments, ElementsAre("tcp://h:1"));
    EXPECT_THAT(one.request.driver_options, ElementsAre("a=1,b=2"));
    EXPECT_THAT(one.request.environment, ElementsAre("X=1,2", "Y=q\"r"));
    EXPECT_THAT(one.request.run_arguments, ElementsAre("--label", "a b"));
    EXPECT_EQ(one.request.config.file,
              (std::filesystem::path(folder_.path()) / "sub/b.toml").string());
    EXPECT_THAT(one.request.config.ca, ElementsAre("/abs/ca.pem"));
    EXPECT_TRUE(one.use);
    EXPECT_FALSE(one.bootstrap);
    EXPECT_EQ(one.request.config.max_cache, "2g");
    EXPECT_EQ(builders[1].request.name, "two");
}

TEST_F(BuildersFileTest, ADriverOptionOfATableMayHoldACommaAndQuotes) {
    auto builders =
        read("[builder.a]\ndriver-opt = { \"env.L\" = \"a,b \\\"c\\\"\", memory = 5 }\n");
    auto options = builder::parse_driver_options(builders[0].request.driver_options);
    EXPECT_EQ(options["env.L"], "a,b \"c\"");
    EXPECT_EQ(options["memory"], "5");
}

TEST_F(BuildersFileTest, ReportsErrorsWithTheirPlace) {
    struct Case {
        const char *content, *said;
    };
    for (const auto &[content, said] : {
             Case{"", "has no builders"},
             Case{"[builder", "line 1"},
             Case{"[{", "line 1"},
             Case{"[builder.é]", "line 1"},
             Case{"[bilder.a]\n", "unknown key \"bilder\""},
             Case{"builder = 3\n", "unknown key \"builder\""},
             Case{"[builder]\na = 1\n", "builder.a is not a table"},
             Case{"[builder.a]\nname = \"b\"\n", "builder a: unknown key \"name\""},
             Case{"[builder.a]\nmemory = \"1g\"\n", "unknown key \"memory\""},
             Case{"[builder.a]\nmirror = { a = \"b\" }\n", "mirror cannot be a table"},
             Case{"[builder.a]\ndriver-opt = 1.5\n", "the value of driver-opt has the wrong type"},
         }) {
        try {
            read(content);
            ADD_FAILURE() << content;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ExitCode::usage);
            EXPECT_THAT(error.what(), HasSubstr(said));
        }
    }
}

} // namespace
} // namespace berth::cli
