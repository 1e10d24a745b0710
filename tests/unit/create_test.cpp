// SPDX-License-Identifier: Apache-2.0
// The store after `create`, compared with docker buildx 0.29.1.
#include "berth/builder/create.hpp"
#include "berth/builder/platform.hpp"
#include "berth/util/error.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CreateTest : public ::testing::Test {
  protected:
    store::BuilderRecord create(const CreateRequest &request) {
        auto record = plan_create(request, store_);
        store_.begin().save(record);
        return record;
    }
    std::string refusal(const CreateRequest &request) {
        try {
            plan_create(request, store_);
            return "none";
        } catch (const Error &error) {
            EXPECT_NE(error.hint(), "") << error.what();
            return error.what();
        }
    }
    test::TemporaryDirectory folder_;
    store::Store store_{folder_.path()};
};

TEST_F(CreateTest, AFirstNode) {
    EXPECT_EQ(
        store::format_record(create({.name = "A", .endpoint = "unix:///e"})),
        R"({"Name":"A","Driver":"docker-container","Nodes":[{"Name":"a0","Endpoint":"unix:///e","Platforms":null,"DriverOpts":null,"Flags":["--allow-insecure-entitlement=network.host"],"Files":null}],"Dynamic":false})");
    EXPECT_EQ(store_.find("a")->name, "A");
}

TEST_F(CreateTest, SplitsFlagsLikeAShell) {
    EXPECT_THAT(
        create({.name = "a", .endpoint = "e", .flags = "--debug --x \"a b\""}).nodes[0].flags,
        ElementsAre("--debug", "--x", "a b", "--allow-insecure-entitlement=network.host"));
}

// Whether docker buildx 0.29.1 added its entitlement after these flags.
TEST_F(CreateTest, BuildsMayUseTheHostsNetworkUnlessFlagsBeginWithEntitlements) {
    struct Case {
        const char *flags;
        bool added;
    };
    for (auto [flags, added] : {
             Case{"", true},
             Case{"--debug", true},
             Case{"--allow-insecure-entitlement=security.insecure", false},
             Case{"--allow-insecure-entitlement security.insecure", false},
             Case{"word --allow-insecure-entitlement=security.insecure", false},
             Case{"--allow-insecure-entitlement=network.host --debug", false},
             Case{"--debug --allow-insecure-entitlement=security.insecure", true},
             Case{"-- --allow-insecure-entitlement=a", true},
             Case{"--allow-insecure-entitlement", true},
         }) {
        auto record = plan_create({.name = "b", .endpoint = "e", .flags = flags}, store_);
        EXPECT_EQ(record.nodes[0].flags.size(), split_words(flags).size() + (added ? 1u : 0u))
            << flags;
        if (added) {
            EXPECT_EQ(record.nodes[0].flags.back(), "--allow-insecure-entitlement=network.host");
        }
    }
}

TEST_F(CreateTest, AppendsAndRemovesNodes) {
    create({.name = "a", .endpoint = "e0", .platforms = {"linux/arm64,linux/s390x"}});
    create({.name = "a", .append = true, .endpoint = "e1", .platforms = {"linux/s390x"}});
    auto record = create({.name = "a", .append = true, .endpoint = "e2"});
    ASSERT_EQ(record.nodes.size(), 3u);
    EXPECT_EQ(record.nodes[2].name, "a2");
    // A newer node takes its fixed platforms from the others.
    EXPECT_EQ(record.nodes[0].platforms, parse_platforms({"linux/arm64"}));
    EXPECT_EQ(record.nodes[1].platforms, parse_platforms({"linux/s390x"}));

    record = create({.name = "a", .node = "A1", .leave = true});
    ASSERT_EQ(record.nodes.size(), 2u);
    record = create({.name = "a", .append = true, .endpoint = "e3"});
    EXPECT_EQ(record.nodes[2].name, "a1"); // the first that is free
}

TEST_F(CreateTest, AppendingWithAPlatformLeavesOthersWithoutAnEmptyList) {
    create({.name = "a", .endpoint = "e0"});
    auto record =
        create({.name = "a", .append = true, .endpoint = "e1", .platforms = {"linux/arm64"}});
    ASSERT_TRUE(record.nodes[0].platforms);
    EXPECT_TRUE(record.nodes[0].platforms->empty());
}

TEST_F(CreateTest, ANodeIsChanged) {
    create({.name = "a", .endpoint = "e0"});
    auto record = create({.name = "a",
                          .node = "a0",
                          .endpoint = "e1",
                          .endpoint_given = true,
                          .driver_options = {"network=y"}});
    ASSERT_EQ(record.nodes.size(), 1u);
    EXPECT_EQ(record.nodes[0].endpoint, "e1");
    EXPECT_EQ(record.nodes[0].driver_options->at("network"), "y");
}

TEST_F(CreateTest, RefusesWithDockerBuildxsMessages) {
    create({.name = "a", .endpoint = "e0"});
    store_.begin().save({.name = "far", .driver = "remote"});
    struct Case {
        CreateRequest request;
        const char *words;
    };
    for (const auto &[request, words] : std::initializer_list<Case>{
             {{.name = "A"},
              "existing instance for \"A\" but no append mode, specify the node name to make "
              "changes for existing instances"},
             {{.name = "../x"},
              "invalid name ../x, name needs to start with a letter and may not contain symbols, "
              "except ._-"},
             {{.name = "b", .node = "../x"}, "invalid name ../x, "},
             {{.name = "default"},
              "default is a reserved name and cannot be used to identify builder instance"},
             {{.append = true}, "append requires a builder name"},
             {{.node = "x", .leave = true}, "leave requires instance name"},
             {{.name = "a", .leave = true}, "leave requires node name"},
             {{.name = "no", .append = true}, "failed to find instance \"no\" for append"},
             {{.name = "no", .node = "x", .leave = true},
              "failed to find instance \"no\" for leave"},
             {{.name = "a", .node = "x", .leave = true}, "node \"x\" not found for a"},
             {{.name = "a", .node = "a0", .leave = true},
              "can not leave last node, do you want to rm instance instead?"},
             {{.name = "a", .node = "new", .endpoint = "e1"},
              "node new not found, did you mean to append?"},
             {{.name = "a", .append = true, .endpoint = "e0"}, "invalid duplicate endpoint e0"},
             {{.name = "far", .append = true, .endpoint = "e1"},
              "existing instance for \"far\" but has mismatched driver \"remote\""},
             {{.name = "b", .platforms = {"foo/"}}, "\"foo/\": cannot parse platform specifier"},
         })
        EXPECT_THAT(refusal(request), HasSubstr(words));
}

// The record of docker buildx 0.29.1 for each.
TEST_F(CreateTest, NormalizesPlatforms) {
    struct Case {
        const char *text, *os, *architecture, *variant;
    };
    for (auto [text, os, architecture, variant] : {
             Case{"Linux/AMD64", "linux", "amd64", ""},
             Case{"arm64", "linux", "arm64", ""},
             Case{"linux/x86_64", "linux", "amd64", ""},
             Case{"linux/aarch64", "linux", "arm64", ""},
             Case{"linux/armhf", "linux", "arm", "v7"},
             Case{"linux/arm", "linux", "arm", "v7"},
             Case{"linux/arm/v6", "linux", "arm", "v6"},
             Case{"arm/v6", "arm", "v6", ""},
             Case{"linux/amd64/v1", "linux", "amd64", ""},
             Case{"linux/amd64/v2", "linux", "amd64", "v2"},
             Case{"windows/amd64", "windows", "amd64", ""},
         }) {
        auto platform = parse_platform(text);
        EXPECT_EQ(platform.os, os) << text;
        EXPECT_EQ(platform.architecture, architecture) << text;
        EXPECT_EQ(platform.variant, variant) << text;
    }
    EXPECT_EQ(parse_platform("darwin").os, "darwin");
    for (auto text : {"", "foo", "foo/", "/", "a/b/c/d", "linux/a b", "linux/\x1b[1m"})
        EXPECT_THROW(parse_platform(text), Error) << text;
    EXPECT_FALSE(parse_platforms({}));
    EXPECT_EQ(parse_platforms({"linux/arm64,linux/386", "linux/amd64"})->size(), 3u);
}

} // namespace
} // namespace berth::builder
