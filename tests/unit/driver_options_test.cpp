// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/driver_options.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(DriverOptionsTest, AllFormsOfTheCommandLine) {
    EXPECT_THAT(parse_driver_options({"memory=1g,cpu-shares=2", "network=n"}),
                ElementsAre(Pair("cpu-shares", "2"), Pair("memory", "1g"), Pair("network", "n")));
    EXPECT_THAT(parse_driver_options({"\"env.NO_PROXY=a,b\""}),
                ElementsAre(Pair("env.NO_PROXY", "a,b")));
    EXPECT_THAT(parse_driver_options({"env.A=b=c"}), ElementsAre(Pair("env.A", "b=c")));
    EXPECT_THAT(parse_driver_options({"memory=1g,memory=2g"}), ElementsAre(Pair("memory", "2g")));
}

TEST(DriverOptionsTest, Meanings) {
    auto options = read_driver_options({{"image", "i"},
                                        {"memory", "1.5g"},
                                        {"memory-swap", "-1"},
                                        {"cpu-quota", "-1"},
                                        {"cpu-period", "100000"},
                                        {"cpu-shares", "512"},
                                        {"cpuset-cpus", "0-2,4"},
                                        {"cpuset-mems", "0"},
                                        {"default-load", "true"},
                                        {"network", "n"},
                                        {"cgroup-parent", "/g"},
                                        {"restart-policy", "on-failure:3"},
                                        {"env.A", "1"},
                                        {"env.EMPTY", ""},
                                        {"provenance-add-gha", "0"},
                                        {"allow-untrusted-image", "T"}});
    EXPECT_EQ(options.image, "i");
    EXPECT_EQ(options.memory, 1610612736);
    EXPECT_EQ(options.memory_swap, -1);
    EXPECT_EQ(options.cpu_quota, -1);
    EXPECT_EQ(options.cpu_period, 100000);
    EXPECT_EQ(options.cpu_shares, 512);
    EXPECT_EQ(options.cpuset_cpus, "0-2,4");
    EXPECT_EQ(options.cpuset_mems, "0");
    EXPECT_TRUE(options.default_load);
    EXPECT_EQ(options.network, "n");
    EXPECT_EQ(options.cgroup_parent, "/g");
    EXPECT_EQ(options.restart_policy, "on-failure:3");
    EXPECT_THAT(options.environment, ElementsAre("A=1", "EMPTY="));
    EXPECT_FALSE(options.provenance_add_gha);
    EXPECT_TRUE(options.allow_untrusted_image);
}

// Values that docker buildx 0.29.1 and the engine accept, and the resulting policy of the
// container.
TEST(DriverOptionsTest, RestartPolicies) {
    for (auto [value, policy] : std::vector<std::pair<const char *, const char *>>{
             {"no", "no"},
             {"always", "always"},
             {"unless-stopped", "unless-stopped"},
             {"on-failure", "on-failure"},
             {"on-failure:3", "on-failure:3"},
             {"on-failure:0", "on-failure"},
             {"on-failure:", "on-failure"},
             {"no:", "no"},
             {"no:0", "no"},
             {"", "no"},
         })
        EXPECT_EQ(read_driver_options({{"restart-policy", value}}).restart_policy, policy) << value;
    EXPECT_EQ(read_driver_options({}).restart_policy, "unless-stopped");
}

TEST(DriverOptionsTest, ErrorsNameTheKeyOrValueAndAFix) {
    struct Case {
        OptionMap options;
        const char *what, *hint;
    };
    for (const auto &[options, what, hint] : std::vector<Case>{
             {{{"foo", "1"}},
              "invalid driver option foo for docker-container driver",
              "options are"},
             {{{"memroy", "1g"}}, "invalid driver option memroy", "did you mean memory?"},
             {{{"cpuset-cpu", "0"}},
              "invalid driver option cpuset-cpu",
              "did you mean cpuset-cpus?"},
             {{{"memory", "abc"}}, "driver option memory: invalid size: 'abc'", "512m"},
             {{{"memory", "-5"}}, "invalid size: '-5'", ""},
             {{{"memory", ""}}, "invalid size", ""},
             {{{"cpu-quota", "x"}}, "'x' of driver option cpu-quota", "whole number"},
             {{{"cpu-period", "1.5"}}, "'1.5'", ""},
             {{{"cpu-shares", "99999999999999999999"}}, "cpu-shares", ""},
             {{{"default-load", "x"}}, "not true or false", ""},
             {{{"restart-policy", "foo"}}, "unknown policy", "unless-stopped"},
             {{{"restart-policy", "always:3"}}, "only on-failure can have a count", ""},
             {{{"restart-policy", "on-failure:3:4"}}, "only on-failure can have a count", ""},
             {{{"restart-policy", "ALWAYS"}}, "unknown policy", ""},
             {{{"restart-policy", "no:x"}}, "only on-failure can have a count", ""},
             {{{"restart-policy", "on-failure:x"}}, "maximum retry count must be an integer", ""},
             {{{"restart-policy", "on-failure:-1"}}, "must be an integer", ""},
             {{{"cpuset-cpus", "a"}}, "not a list of numbers", "0-2,4"},
             {{{"cpuset-mems", "1-2-3"}}, "not a list of numbers", ""},
             {{{"image", "--volume=/:/x"}}, "not an image name", "moby/buildkit"},
             {{{"env.", "x"}}, "invalid env option \"env.\", expecting env.FOO=bar", ""},
             {{{"x\x1b[2J", "1"}}, "x\\x1b[2J", ""},
         }) {
        try {
            read_driver_options(options);
            ADD_FAILURE() << what;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ExitCode::usage);
            EXPECT_THAT(error.what(), HasSubstr(what));
            EXPECT_THAT(error.hint(), HasSubstr(hint)) << what;
        }
    }
    EXPECT_THROW(parse_driver_options({"foo"}), Error);
    EXPECT_THROW(parse_driver_options({"\"memory=1g"}), Error);
}

TEST(DriverOptionsTest, NamesAreListedForCompletion) {
    EXPECT_THAT(driver_options(), Contains(Field(&DriverOptionInfo::name, "restart-policy")));
    EXPECT_THAT(driver_options(), Contains(Field(&DriverOptionInfo::name, "env.")));
}

} // namespace
} // namespace berth::builder
