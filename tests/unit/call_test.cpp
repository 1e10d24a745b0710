// SPDX-License-Identifier: Apache-2.0
#include "berth/job/call.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace berth::job {
namespace {

using ::testing::HasSubstr;

TEST(Call, ValuesAreDockerBuildxs) {
    for (const auto *text : {"", "build", "build,format=json"})
        EXPECT_FALSE(read_call(text)) << text;
    EXPECT_EQ(read_call("check")->name, "lint");
    EXPECT_EQ(read_call("lint,format=json")->format, "json");
    EXPECT_EQ(read_call("format=json,outline")->name, "outline");
    EXPECT_TRUE(read_call("check,ignorestatus=1")->ignore_status);
    EXPECT_EQ(read_call("subrequests.describe")->name, "subrequests.describe");
    for (const auto *text : {"check,outline", "check,ignorestatus=x", "check,foo=bar"})
        EXPECT_THROW(read_call(text), Error) << text;
}

class CallReport : public ::testing::Test {
  protected:
    std::string print(const std::string &call, const CallAnswer &answer, bool works = true) {
        std::ostringstream out;
        BuildOptions options{.context = "ctx", .call = call};
        EXPECT_EQ(report_call(out, options, answer), works) << call;
        return out.str();
    }
    std::string error(const std::string &call, const std::string &json) {
        std::ostringstream out;
        BuildOptions options{.context = "ctx", .call = call};
        try {
            report_call(out, options, {{"result.json", json}});
        } catch (const Error &error) {
            return error.what();
        }
        return "none; " + out.str();
    }
};

TEST_F(CallReport, PrintsTheRequestedFormat) {
    CallAnswer answer{{"result.json", "{\n  \"a\": 1\n}"}, {"result.txt", "text\x1b[2J\n"}};
    EXPECT_EQ(print("targets", answer), "text\\x1b[2J\n");
    EXPECT_EQ(print("targets,format=json", answer), "{\n  \"a\": 1\n}\n");
    EXPECT_THAT(error("targets,format=json", "{\"a\": \"\x1b\"}"), HasSubstr("is not JSON"));
    EXPECT_EQ(print("check", {{"result.json", "{\"warnings\":null}"}}),
              "Check complete, no warnings found.\n");
    CallAnswer found{{"result.json", "{\"warnings\":[{}]}"},
                     {"result.txt", "\nWARNING: A\nb\nDockerfile:1\n-----\n"},
                     {"result.statuscode", "1"}};
    EXPECT_EQ(print("check", found, false), "Check complete, 1 warning has been found!\n\n"
                                            "WARNING: A\nb\nctx/Dockerfile:1\n-----\n");
    print("check,ignorestatus=true", found);
    found["result.json"] = R"({"warnings":[{}],"sources":[{"filename":"other"}]})";
    EXPECT_THAT(print("check", found, false), HasSubstr("\nDockerfile:1\n"));
    EXPECT_EQ(print("check,format=json", found, false), found["result.json"] + "\n");
}

TEST_F(CallReport, PrintsErrorsOfTheDockerfile) {
    auto results = [](const std::string &location) {
        return R"({"warnings":null,"sources":[{"data":")" + base64_encode("FROM x\nFOO\n") +
               R"("}],"buildError":{"message":"unknown","location":)" + location + "}}";
    };
    auto said = error("check", results(R"({"ranges":[{"start":{"line":2},"end":{"line":2}}]})"));
    EXPECT_THAT(said, HasSubstr("unknown\nctx/Dockerfile:2\n-----"));
    EXPECT_THAT(said, HasSubstr("   2 | >>> FOO\n"));
    EXPECT_EQ(error("check", results("{}")), "unknown\n");
    for (const auto *broken :
         {R"({"sourceIndex":7})", R"({"sourceIndex":"x"})", R"({"ranges":[{}]})",
          R"({"ranges":[{"start":{"line":"x"},"end":{}}]})", "null", "7", R"({"ranges":7})"})
        EXPECT_THAT(error("check", results(broken)), HasSubstr("cannot be read")) << broken;
    EXPECT_THAT(error("check", R"({"buildError":{}})"), HasSubstr("cannot be read"));
}

TEST_F(CallReport, WritesTheFilesOfABuild) {
    test::TemporaryDirectory folder;
    auto metadata = folder.path() / "metadata", id = folder.path() / "id";
    BuildOptions options{.context = ".",
                         .call = "check",
                         .metadata_file = metadata.string(),
                         .iid_file = id.string()};
    std::ostringstream out;
    report_call(out, options, {{"result.json", "{\"z\":1,\"a\":2}"}, {"version", "1"}});
    EXPECT_EQ(read_file(metadata), "{\n  \"result.json\": {\n    \"z\": 1,\n    \"a\": 2\n  },\n"
                                   "  \"version\": \"1\"\n}");
    EXPECT_EQ(read_file(id), "");
    EXPECT_EQ(out.str(), "Check complete, no warnings found.\n");
}

} // namespace
} // namespace berth::job
