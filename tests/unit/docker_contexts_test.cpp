// SPDX-License-Identifier: Apache-2.0
#include "berth/store/docker_contexts.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::store {
namespace {

using ::testing::ElementsAre;

class DockerContextsTest : public ::testing::Test {
  protected:
    DockerContexts contexts(std::map<std::string, std::string> variables = {}) const {
        variables["DOCKER_CONFIG"] = folder_.path().string();
        return DockerContexts(Environment(variables));
    }
    void add(const std::string &name, const std::string &meta) {
        write_file_atomically(folder_ / "contexts" / "meta" / sha256_hex(name) / "meta.json", meta);
    }
    void add_good(const std::string &name) {
        add(name,
            R"({"Name":")" + name +
                R"(","Metadata":{"Description":"d 1"},"Endpoints":{"docker":{"Host":"ssh://)" +
                name + R"(","SkipTLSVerify":false}}})");
    }
    test::TemporaryDirectory folder_;
};

std::vector<std::string> names(const std::vector<DockerContext> &contexts) {
    std::vector<std::string> result;
    for (const auto &context : contexts)
        result.push_back(context.name);
    return result;
}

TEST_F(DockerContextsTest, DefaultAlwaysExists) {
    EXPECT_THAT(names(contexts().list()), ElementsAre("default"));
    EXPECT_EQ(contexts().find("default")->host, "unix:///var/run/docker.sock");
    EXPECT_EQ(contexts({{"DOCKER_HOST", "1.2.3.4"}}).find("default")->host, "tcp://1.2.3.4:2375");
}

TEST_F(DockerContextsTest, ListsByNameDefaultFirst) {
    add_good("zeta");
    add_good("alpha");
    EXPECT_THAT(names(contexts().list()), ElementsAre("default", "alpha", "zeta"));
    auto context = contexts().find("alpha");
    ASSERT_TRUE(context);
    EXPECT_EQ(context->host, "ssh://alpha");
    EXPECT_EQ(context->description, "d 1");
}

TEST_F(DockerContextsTest, SkipsBrokenContexts) {
    add("broken", "{");
    add("nohost", R"({"Name":"nohost","Endpoints":{}})");
    add("types", R"({"Name":"types","Endpoints":{"docker":{"Host":5}}})");
    add("array", "[]");
    add("elsewhere", R"({"Name":"other","Endpoints":{"docker":{"Host":"x"}}})");
    EXPECT_THAT(names(contexts().list()), ElementsAre("default"));
    EXPECT_FALSE(contexts().find("broken"));
    EXPECT_FALSE(contexts().find("../../x"));
}

TEST_F(DockerContextsTest, FindsTheCurrentEndpointLikeDocker) {
    EXPECT_EQ(contexts().current_name(), "default");
    EXPECT_EQ(contexts().current_endpoint(), "unix:///var/run/docker.sock");

    write_file_atomically(folder_ / "config.json", R"({"currentContext":"c1"})");
    EXPECT_EQ(contexts().current_endpoint(), "c1");
    EXPECT_EQ(contexts({{"DOCKER_CONTEXT", "c2"}}).current_endpoint(), "c2");
    EXPECT_EQ(contexts({{"DOCKER_CONTEXT", "default"}}).current_endpoint(),
              "unix:///var/run/docker.sock");
    auto both = contexts({{"DOCKER_CONTEXT", "c2"}, {"DOCKER_HOST", "tcp://h:1"}});
    EXPECT_EQ(both.current_name(), "default");
    EXPECT_EQ(both.current_endpoint(), "tcp://h:1");

    for (auto broken : {"{", "[]", R"({"currentContext":5})"}) {
        write_file_atomically(folder_ / "config.json", broken);
        EXPECT_EQ(contexts().current_name(), "default") << broken;
    }
}

// What docker buildx 0.29.1 wrote as the key of `current` for each value of DOCKER_HOST.
TEST_F(DockerContextsTest, CompletesHosts) {
    struct Case {
        const char *text, *host;
    };
    for (auto [text, host] : {
             Case{"", "unix:///var/run/docker.sock"},
             Case{"unix://", "unix:///var/run/docker.sock"},
             Case{"unix:///x/", "unix:///x/"},
             Case{"tcp://1.2.3.4", "tcp://1.2.3.4:2375"},
             Case{"1.2.3.4", "tcp://1.2.3.4:2375"},
             Case{"1.2.3.4:55", "tcp://1.2.3.4:55"},
             Case{"tcp://1.2.3.4:5/a", "tcp://1.2.3.4:5/a"},
             Case{" tcp://a:1", "tcp://a:1"},
             Case{"tcp://", "tcp://localhost:2375"},
             Case{"foo", "tcp://foo:2375"},
             Case{"/foo", "tcp://localhost:2375/foo"},
             Case{"tcp://[::1]", "tcp://[::1]:2375"},
             Case{"tcp://[::1]:5", "tcp://[::1]:5"},
             Case{"ssh://u@h", "ssh://u@h"},
             Case{"fd://x", "fd://x"},
             Case{"npipe:////./pipe/docker_engine", "npipe:////./pipe/docker_engine"},
         })
        EXPECT_EQ(normalize_host(text), host) << text;
}

} // namespace
} // namespace berth::store
