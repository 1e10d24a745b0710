#include "berth/build/call.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace berth::build {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string number(std::size_t value, int bytes) {
    std::string text;
    for (int at = bytes - 1; at >= 0; --at)
        text += static_cast<char>(value >> (8 * at) & 0xff);
    return text;
}

std::string frame(int type, int flags, std::size_t stream, const std::string &payload) {
    return number(payload.size(), 3) + number(static_cast<std::size_t>(type), 1) +
           number(static_cast<std::size_t>(flags), 1) + number(stream, 4) + payload;
}

std::string varint(std::size_t value) {
    std::string text;
    for (; value >= 0x80; value >>= 7)
        text += static_cast<char>(value | 0x80);
    return text + static_cast<char>(value);
}

std::string field(unsigned number, const std::string &bytes) {
    return varint(number << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string grpc(const std::string &message) {
    return number(0, 1) + number(message.size(), 4) + message;
}

std::string solve_response(const CallAnswer &answer) {
    std::string result = field(3, field(1, "a-ref"));
    for (const auto &[key, value] : answer)
        result += field(10, field(1, key) + field(2, value));
    return grpc(field(1, "old-ref") + field(3, result));
}

TEST(CallRecord, FindsTheAnswerAmongOtherStreams) {
    auto answer = solve_response({{"result.json", "{}"}, {"version", "1.0.0"}});
    auto status = grpc(field(1, "x") + varint(2 << 3) + varint(700) + varint(4 << 3 | 1) +
                       std::string(8, 'y') + varint(5 << 3 | 5) + std::string(4, 'z'));
    auto record = frame(4, 0, 0, std::string(6, '\0')) + frame(1, 4, 3, "headers") +
                  frame(0, 0, 3, status) + frame(0, 0, 5, answer.substr(0, 9)) +
                  frame(0, 0, 3, status) + frame(6, 1, 0, std::string(8, '\0')) +
                  frame(0, 8, 5, number(3, 1) + answer.substr(9) + "pad") + frame(1, 5, 5, "t");
    EXPECT_THAT(read_call_record(record),
                ElementsAre(Pair("result.json", "{}"), Pair("version", "1.0.0")));
}

TEST(CallRecord, WhatIsBrokenIsAnErrorAndNoMore) {
    auto answer = solve_response({{"result.txt", std::string(300, 'x')}});
    auto whole = frame(0, 0, 1, answer);
    EXPECT_NO_THROW(read_call_record(whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(read_call_record(whole.substr(0, size)), Error) << size;
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (int byte : {0x00, 0x7f, 0x80, 0xff}) {
            auto broken = whole;
            broken[at] = static_cast<char>(byte);
            try {
                read_call_record(broken);
            } catch (const Error &error) {
                EXPECT_THAT(error.what(), HasSubstr("--call"));
            }
        }
    EXPECT_THROW(read_call_record(frame(0, 8, 1, "\xff" + answer)), Error);
    EXPECT_THROW(read_call_record(frame(0, 0, 1, solve_response({{"other", "x"}}))), Error);
}

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

TEST_F(CallReport, PrintsWhatWasAskedFor) {
    CallAnswer answer{{"result.json", "{\n  \"a\": 1\n}"}, {"result.txt", "text\x1b[2J\n"}};
    EXPECT_EQ(print("targets", answer), "text\\x1b[2J\n");
    EXPECT_EQ(print("targets,format=json", answer), "{\n  \"a\": 1\n}\n");
    EXPECT_THAT(error("targets,format=json", "{\"a\": \"\x1b\"}"), HasSubstr("no JSON"));
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

TEST_F(CallReport, SaysWhatIsWrongWithTheDockerfile) {
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
} // namespace berth::build
