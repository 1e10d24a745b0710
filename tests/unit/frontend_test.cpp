// SPDX-License-Identifier: Apache-2.0
// Each build flag as a frontend attribute.
#include "berth/job/frontend.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace berth::job {
namespace {

using ::testing::HasSubstr;

using Set = std::function<void(BuildOptions &)>;

// The name, attributes and entitlements, as one text.
std::string told(const Frontend &frontend) {
    auto text = frontend.name;
    for (const auto &[key, value] : frontend.attributes)
        text += " " + key + "=" + value;
    for (const auto &entitlement : frontend.entitlements)
        text += " allow " + entitlement;
    return text;
}

std::string told(const Set &set, const Environment &environment = {}) {
    BuildOptions options;
    set(options);
    check_options(options);
    return told(read_frontend(options, environment, false));
}

TEST(FrontendTest, EachFlag) {
    struct Case {
        const char *name;
        Set set;
        std::string added;
    };
    const std::vector<Case> cases = {
        {"none", [](auto &) {}, ""},
        {"target", [](auto &o) { o.target = "one"; }, " target=one"},
        {"build-arg",
         [](auto &o) {
             o.build_args = {"A=1", "B=x=y"};
         },
         " build-arg:A=1 build-arg:B=x=y"},
        {"label",
         [](auto &o) {
             o.labels = {"a=b", "c"};
         },
         " label:a=b label:c="},
        {"platform",
         [](auto &o) {
             o.platforms = {"linux/amd64,linux/arm64", "linux/arm/v7"};
         },
         " platform=linux/amd64,linux/arm64,linux/arm/v7"},
        {"platform in other words",
         [](auto &o) {
             o.platforms = {"arm64", "linux/x86_64,linux/arm64/v8", "Linux/armhf"};
         },
         " platform=linux/arm64,linux/amd64,linux/arm64,linux/arm/v7"},
        {"no-cache", [](auto &o) { o.no_cache = true; }, " no-cache="},
        {"no-cache-filter",
         [](auto &o) {
             o.no_cache_filter = {"a", "b"};
         },
         " no-cache=a,b"},
        {"pull", [](auto &o) { o.pull = true; }, " image-resolve-mode=pull"},
        {"add-host",
         [](auto &o) {
             o.add_hosts = {"h:1.2.3.4", "g:5.6.7.8", "i=::1", "j:[::2]", "k=1.1.1.1,2.2.2.2"};
         },
         " add-hosts=h=1.2.3.4,g=5.6.7.8,i=::1,j=::2,k=1.1.1.1,k=2.2.2.2"},
        {"network host", [](auto &o) { o.network = "host"; },
         " force-network-mode=host allow network.host"},
        {"network none", [](auto &o) { o.network = "none"; }, " force-network-mode=none"},
        {"network default", [](auto &o) { o.network = "default"; }, ""},
        {"shm-size", [](auto &o) { o.shm_size = 128 << 20; }, " shm-size=134217728"},
        {"shm-size of nothing", [](auto &o) { o.shm_size = 0; }, ""},
        {"resource",
         [](auto &o) {
             o.resources = {"memory=64m",   "cpu-quota=5000", "cpuset-cpus= 0-1",
                            "cpu-shares=0", "memory-swap=-1", "memory=32m"};
         },
         " cpuquota=5000 cpusetcpus=0-1 memory=33554432 memswap=-1"},
        {"no-cache-filter of an unset variable", [](auto &o) { o.no_cache_filter = {""}; },
         " no-cache="},
        {"ulimit",
         [](auto &o) {
             o.ulimits = {"nproc=3", "nofile=1:2", "nofile=1024:2048", "core=0:-1"};
         },
         " ulimit=core=0:-1,nofile=1024:2048,nproc=3:3"},
        {"cgroup-parent", [](auto &o) { o.cgroup_parent = "/x"; }, " cgroup-parent=/x"},
        {"allow", [](auto &o) { o.allow = {"security.insecure"}; }, " allow security.insecure"},
    };
    for (const auto &[name, set, added] : cases)
        EXPECT_EQ(told(set), "dockerfile.v0" + added) << name;
}

TEST(FrontendTest, LocalIsThePlatformOfThisMachine) {
    auto words = told([](auto &o) { o.platforms = {"local", "linux/s390x"}; });
    EXPECT_THAT(words, ::testing::MatchesRegex(".* platform=linux/[a-z0-9]+,linux/s390x"));
}

TEST(FrontendTest, ABuildArgChoosesTheFrontend) {
    EXPECT_EQ(told([](auto &o) { o.build_args = {"BUILDKIT_SYNTAX=image:1 word"}; }),
              "gateway.v0 build-arg:BUILDKIT_SYNTAX=image:1 word cmdline=image:1 word "
              "source=image:1");
}

TEST(FrontendTest, AnEmptyFrontendIsRefused) {
    for (const auto *argument : {"BUILDKIT_SYNTAX=", "BUILDKIT_SYNTAX= "})
        try {
            told([&](auto &o) { o.build_args = {argument}; });
            ADD_FAILURE() << argument;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("empty BUILDKIT_SYNTAX build-arg is invalid"));
        }
}

TEST(FrontendTest, ABuildArgRequestsAnIndex) {
    auto with = [](const char *value) {
        return told(
            [value](auto &o) { o.build_args = {std::string("BUILDKIT_MULTI_PLATFORM=") + value}; });
    };
    EXPECT_THAT(with("1"), HasSubstr("multi-platform=true"));
    EXPECT_THAT(with("false"), ::testing::Not(HasSubstr("multi-platform")));
}

TEST(FrontendTest, ABuildArgWithoutValueComesFromTheEnvironment) {
    Environment environment({{"SET", "value"}, {"EMPTY", ""}});
    EXPECT_EQ(told(
                  [](auto &o) {
                      o.build_args = {"SET", "EMPTY", "UNSET"};
                  },
                  environment),
              "dockerfile.v0 build-arg:EMPTY= build-arg:SET=value");
}

TEST(FrontendTest, RequestsAttestationsIfTheOutputSupportsThem) {
    EXPECT_THAT(told(read_frontend({}, {}, true)),
                HasSubstr("attest:provenance=mode=min,inline-only=true"));
}

TEST(FrontendTest, ErrorsNameTheFlagAndTheValue) {
    struct Case {
        Set set;
        const char *what;
    };
    const std::vector<Case> cases = {
        {[](auto &o) { o.build_args = {"=x"}; }, "invalid key-value pair \"=x\": empty key"},
        {[](auto &o) { o.labels = {""}; }, "empty key"},
        {[](auto &o) { o.platforms = {"foo/bar/baz/x"}; },
         "\"foo/bar/baz/x\": cannot parse platform specifier"},
        {[](auto &o) { o.platforms = {"linux/a b"}; }, "cannot parse platform specifier"},
        {[](auto &o) { o.platforms = {""}; }, "\"\": cannot parse platform specifier"},
        {[](auto &o) { o.platforms = {"linux/amd64,"}; }, "cannot parse platform specifier"},
        {[](auto &o) { o.platforms = {" linux/amd64"}; }, "cannot parse platform specifier"},
        {[](auto &o) { o.resources = {"memory=bogus"}; },
         "invalid value \"bogus\" for resource memory"},
        {[](auto &o) { o.resources = {"memory=-1"}; }, "for resource memory"},
        {[](auto &o) { o.resources = {"cpu-quota=1.5"}; }, "for resource cpu-quota"},
        {[](auto &o) { o.resources = {"disk=1"}; }, "unknown resource \"disk\""},
        {[](auto &o) { o.resources = {"memory"}; }, "invalid resource \"memory\""},
        {[](auto &o) { o.add_hosts = {"host"}; }, "invalid host host"},
        {[](auto &o) { o.add_hosts = {"host:no address"}; }, "invalid host host:no address"},
        {[](auto &o) { o.add_hosts = {"host:1.2.3"}; }, "invalid host"},
        {[](auto &o) { o.add_hosts = {"host:host-gateway"}; },
         "host-gateway is not supported by the docker-container driver"},
        {[](auto &o) { o.ulimits = {"nofile"}; }, "--ulimit"},
        {[](auto &o) { o.ulimits = {"nofile=1:2:3"}; }, "--ulimit"},
        {[](auto &o) { o.ulimits = {"files=1"}; }, "invalid ulimit type: files"},
        {[](auto &o) { o.ulimits = {"nofile=3:2"}; }, "must be less than or equal to hard limit"},
        {[](auto &o) { o.network = "mynet"; }, "network mode \"mynet\" not supported by buildkit"},
        {[](auto &o) { o.tags = {"UPPER"}; }, "invalid tag \"UPPER\""},
        {[](auto &o) {
             o.no_cache = true;
             o.no_cache_filter = {"a"};
         },
         "cannot currently be used together"},
    };
    for (const auto &[set, what] : cases) {
        try {
            told(set);
            ADD_FAILURE() << "must be refused: " << what;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr(what));
            EXPECT_EQ(error.code(), ExitCode::usage) << what;
        }
    }
}

} // namespace
} // namespace berth::job
