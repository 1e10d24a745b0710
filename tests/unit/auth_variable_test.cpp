// SPDX-License-Identifier: Apache-2.0
// Registry credentials of DOCKER_AUTH_CONFIG.
#include "berth/store/auth_variable.hpp"
#include "berth/util/encoding.hpp"

#include <gtest/gtest.h>

namespace berth::store {
namespace {

TEST(AuthVariableTest, SaysWhatIsWrongWithoutWhatIsSecret) {
    auto problem = [](const std::string &text) {
        auto read = read_auth_variable(Environment({{"DOCKER_AUTH_CONFIG", text}}));
        EXPECT_TRUE(read.logins.empty()) << text;
        return read.problem;
    };
    for (const auto *text : {"", " ", "null", "{}", R"({"auths":{}})", R"({"auths":null})"})
        EXPECT_EQ(problem(text), "") << text;
    const std::string start = "Failed to create credential store from DOCKER_AUTH_CONFIG: ";
    for (const auto &[text, why] : std::map<std::string, std::string>{
             {"[", "not JSON at byte 2"},
             {"{} {}", "not JSON at byte 4"},
             {"[]", "the variable is no object"},
             {R"({"auths":[]})", "\"auths\" is no object"},
             {R"({"auths":{},"credsStore":"one"})", "unknown field \"credsStore\" in the variable"},
             {R"({"auths":{"a":7}})", "the entry of a is no object"},
             {R"({"auths":{"a":{}}})", "the entry of a has no \"auth\""},
             {R"({"auths":{"a":{"auth":7}}})", "the entry of a has no \"auth\""},
             {R"({"auths":{"a":{"auth":"dTpw","password":"hunter2"}}})",
              "unknown field \"password\" in the entry of a"},
             {R"({"auths":{"a\u001b[2J":{}}})", "the entry of a\\x1b[2J has no \"auth\""}})
        EXPECT_EQ(problem(text), start + why) << text;
    for (const std::string auth : {"%hunter2", "aHVudGVyMg==", "OmE="}) // no colon; no name
        EXPECT_EQ(problem(R"({"auths":{"a":{"auth":")" + auth + R"("}}})"),
                  start + "\"auth\" in the entry of a is not USERNAME:PASSWORD in base64");
}

TEST(AuthVariableTest, TrimsNul) {
    auto read = read_auth_variable(
        Environment({{"DOCKER_AUTH_CONFIG",
                      R"({"auths":{"a":{"auth":")" + base64_encode(std::string("u:\0p\0", 5)) +
                          R"("},"b":{"auth":")" + base64_encode("v:") + R"("}}})"}}));
    EXPECT_EQ(read.problem, "");
    EXPECT_EQ(read.logins.at("a").username, "u");
    EXPECT_EQ(read.logins.at("a").password, Secret("p"));
    EXPECT_EQ(read.logins.at("b").username, "v");
    EXPECT_EQ(read.logins.at("b").password, Secret(""));
}

} // namespace
} // namespace berth::store
