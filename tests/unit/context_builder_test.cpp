// SPDX-License-Identifier: Apache-2.0
// The builder of a docker context, and the settings that it takes from the engine.
#include "berth/builder/context_builder.hpp"
#include "berth/builder/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char *local = "unix:///var/run/docker.sock";

TEST(ContextBuilderTest, IsNamedAfterItsContext) {
    EXPECT_EQ(context_builder_name({.name = "default", .host = local}), "builds-of-default");
    EXPECT_EQ(context_builder_name({.name = "far.away", .host = "ssh://x"}), "builds-of-far.away");
}

TEST(ContextBuilderTest, AnotherDefaultEngineHasItsOwnBuilder) {
    auto one = context_builder_name({.name = "default", .host = "tcp://one:2375"});
    EXPECT_THAT(one, MatchesRegex("builds-of-default-[0-9a-f]+"));
    EXPECT_NE(one, context_builder_name({.name = "default", .host = "tcp://two:2375"}));
}

TEST(ContextBuilderTest, ContextsWithInvalidBuilderNamesStaySeparate) {
    auto plus = context_builder_name({.name = "a+b", .host = local});
    EXPECT_THAT(plus, MatchesRegex("builds-of-a-b-[0-9a-f]+"));
    EXPECT_NE(plus, context_builder_name({.name = "a-b", .host = local}));
    EXPECT_NE(context_builder_name({.name = "Far", .host = local}),
              context_builder_name({.name = "far", .host = local}));
}

TEST(ContextBuilderTest, LoadsByDefaultOnTheContextsEngine) {
    auto record = plan_context_builder({.name = "far", .host = "ssh://x"}, {}, {});
    ASSERT_EQ(record.nodes.size(), 1u);
    EXPECT_EQ(record.nodes[0].name, "builds-of-far0");
    EXPECT_EQ(record.nodes[0].endpoint, "far");
    EXPECT_EQ(record.nodes[0].driver_options->at("default-load"), "true");
    EXPECT_TRUE(is_context_builder(record));
    EXPECT_FALSE(is_context_builder({.name = "builder"}));
}

TEST(ContextBuilderTest, TakesMirrorsAndInsecureRegistriesFromTheEngine) {
    docker::EngineInfo engine;
    engine.mirrors = {"https://mirror.example/"};
    engine.insecure_registries = {"registry.example:5000"};
    auto record = plan_context_builder({.name = "default", .host = local}, engine, {});
    const auto &node = record.nodes[0];
    EXPECT_EQ(node.endpoint, local) << "the context default may be another engine tomorrow";
    auto config = node.files->at(config_file);
    EXPECT_THAT(config, HasSubstr("mirror.example"));
    EXPECT_THAT(config, HasSubstr("registry.example:5000"));
    EXPECT_FALSE(node.driver_options->contains("network"));
}

TEST(ContextBuilderTest, OnlyTheLoopbackInterfaceItselfNeedsTheEnginesNetwork) {
    auto host_network = [](const std::string &mirror) {
        docker::EngineInfo engine;
        engine.mirrors = {mirror};
        return engine_registries(engine).host_network;
    };
    for (const char *mirror : {"http://localhost:5000/", "http://[::1]:5000", "127.1.2.3:80"})
        EXPECT_TRUE(host_network(mirror)) << mirror;
    for (const char *mirror : {"https://localhost.example/", "https://127.example.com:5000/"})
        EXPECT_FALSE(host_network(mirror)) << mirror;
}

TEST(ContextBuilderTest, SharesTheNetworkOfAnEngineWhoseMirrorIsOnItsLoopback) {
    docker::EngineInfo engine;
    engine.mirrors = {"http://127.0.0.1:5000/"};
    auto record = plan_context_builder({.name = "default", .host = local}, engine, {});
    EXPECT_EQ(record.nodes[0].driver_options->at("network"), "host");
    auto registries = engine_registries(engine);
    EXPECT_THAT(registries.config.mirrors, ::testing::ElementsAre("docker.io=127.0.0.1:5000"));
    EXPECT_THAT(registries.config.insecure_registries, ::testing::ElementsAre("127.0.0.1:5000"));
}

} // namespace
} // namespace berth::builder
