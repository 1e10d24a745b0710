// BuildKit's rawjson, read and written; and what must not get through.
#include "berth/progress/solve_status.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace berth;
using namespace berth::progress;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

// What the error says; empty when there is none.
std::string error_of(const std::string &line) {
    try {
        parse_solve_status(line);
        return {};
    } catch (const Error &error) {
        return error.what();
    }
}

} // namespace

TEST(SolveStatusTest, ReadsVertices) {
    auto status = parse_solve_status(
        R"({"vertexes":[{"digest":"sha256:a","inputs":["sha256:b","sha256:c"],"name":"[1/2] FROM x",)"
        R"("started":"2026-11-24T01:35:27.471Z","completed":"2026-11-24T01:35:28Z","cached":true,)"
        R"("error":"bad","progressGroup":{"id":"g","name":"group","weak":true}},{"digest":"sha256:b"}]})");
    ASSERT_TRUE(status);
    ASSERT_EQ(status->vertexes.size(), 2u);
    auto &vertex = status->vertexes[0];
    EXPECT_EQ(vertex.digest, "sha256:a");
    EXPECT_THAT(vertex.inputs, ElementsAre("sha256:b", "sha256:c"));
    EXPECT_EQ(vertex.name, "[1/2] FROM x");
    EXPECT_EQ(vertex.started, parse_rfc3339("2026-11-24T01:35:27.471Z"));
    EXPECT_EQ(vertex.completed, parse_rfc3339("2026-11-24T01:35:28Z"));
    EXPECT_TRUE(vertex.cached);
    EXPECT_EQ(vertex.error, "bad");
    EXPECT_EQ(vertex.progress_group, "g");
    EXPECT_EQ(vertex.progress_group_name, "group");
    EXPECT_TRUE(vertex.weak_group);
    EXPECT_EQ(status->vertexes[1].digest, "sha256:b");
    EXPECT_FALSE(status->vertexes[1].started);
    EXPECT_FALSE(status->vertexes[1].cached);
}

TEST(SolveStatusTest, ReadsStatusesAndLogs) {
    auto status = parse_solve_status(
        R"({"statuses":[{"id":"layer","vertex":"sha256:a","name":"n","current":5,"total":10,)"
        R"("timestamp":"2026-11-24T01:35:27Z","started":"2026-11-24T01:35:26Z"}],)"
        R"("logs":[{"vertex":"sha256:a","stream":2,"data":"aGkK","timestamp":"2026-11-24T01:35:27Z"}]})");
    ASSERT_TRUE(status);
    auto &line = status->statuses.at(0);
    EXPECT_EQ(line.id, "layer");
    EXPECT_EQ(line.vertex, "sha256:a");
    EXPECT_EQ(line.name, "n");
    EXPECT_EQ(line.current, 5);
    EXPECT_EQ(line.total, 10);
    EXPECT_EQ(line.timestamp, parse_rfc3339("2026-11-24T01:35:27Z"));
    EXPECT_TRUE(line.started);
    EXPECT_FALSE(line.completed);
    auto &log = status->logs.at(0);
    EXPECT_EQ(log.vertex, "sha256:a");
    EXPECT_EQ(log.stream, 2);
    EXPECT_EQ(log.data, "hi\n");
    EXPECT_EQ(log.timestamp, parse_rfc3339("2026-11-24T01:35:27Z"));
}

TEST(SolveStatusTest, ReadsLongLogs) {
    auto log = [](const std::string &data) {
        return R"({"vertex":"a","data":")" + base64_encode(data) + "\"}";
    };
    std::vector<std::string> texts = {std::string(5000, 'x'), "short", std::string(800, '\0'),
                                      std::string(70'000, 'y')};
    std::string line = R"({"logs":[)";
    for (const auto &text : texts)
        line += (line.ends_with('[') ? "" : ",") + log(text);
    auto status =
        parse_solve_status(line + R"(],"unknown":{"data":")" + std::string(2000, 'A') + "\"}}");
    ASSERT_TRUE(status);
    ASSERT_EQ(status->logs.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        EXPECT_EQ(status->logs[i].data, texts[i]) << i;
    // Not base64; cut off; and what only looks like a number of it.
    EXPECT_THROW(parse_solve_status(R"({"logs":[{"data":")" + std::string(2000, '?') + "\"}]}"),
                 Error);
    EXPECT_FALSE(parse_solve_status(R"({"logs":[{"data":")" + std::string(2000, 'A')));
    for (const auto *data : {"", "0", "-1", "99999999999999999999"})
        EXPECT_THROW(
            parse_solve_status(R"({"logs":[{"data":")" + std::string("\x7f") + data + "\"}]}"),
            Error);
}

TEST(SolveStatusTest, ReadsWarnings) {
    auto status = parse_solve_status(
        R"({"warnings":[{"vertex":"sha256:a","level":1,"short":"cw==","detail":["ZDE=","ZDI="],)"
        R"("url":"https://x","sourceInfo":{"filename":"Dockerfile","data":"RlJPTQ==",)"
        R"("definition":{"def":["AA=="],"metadata":{"a":{"caps":{"x":true}}}}},)"
        R"("range":[{"start":{"line":2},"end":{"line":3}}]}]})");
    ASSERT_TRUE(status);
    auto &warning = status->warnings.at(0);
    EXPECT_EQ(warning.vertex, "sha256:a");
    EXPECT_EQ(warning.level, 1);
    EXPECT_EQ(warning.summary, "s");
    EXPECT_THAT(warning.detail, ElementsAre("d1", "d2"));
    EXPECT_EQ(warning.url, "https://x");
    EXPECT_EQ(warning.file_name, "Dockerfile");
    EXPECT_EQ(warning.file_data, "FROM");
    ASSERT_EQ(warning.ranges.size(), 1u);
    EXPECT_EQ(warning.ranges[0].start_line, 2);
    EXPECT_EQ(warning.ranges[0].end_line, 3);
}

TEST(SolveStatusTest, OtherTextIsNotAStatus) {
    for (auto line : {"", "  ", "error: failed to solve: x", "Dockerfile:3", "[1,2]", "5", "null",
                      "{", "{\"vertexes\":[", "{} x", "{\"vertexes\":[{\"digest\":\"\xff\"}]}",
                      "{\"statuses\":[{\"current\":1e999}]}", "{'a':1}"})
        EXPECT_FALSE(parse_solve_status(line)) << line;
    EXPECT_TRUE(parse_solve_status(" {} \r"));
}

TEST(SolveStatusTest, MissingNullAndUnknownFieldsAreFine) {
    auto status = parse_solve_status(
        R"({"new":{"vertexes":[1,[2]]},"vertexes":[{"digest":null,"started":null,"x":[[{}]],)"
        R"("progressGroup":null}],"logs":null,"statuses":[{}],"warnings":[{"range":[{}],)"
        R"("sourceInfo":null,"detail":null}]})");
    ASSERT_TRUE(status);
    EXPECT_EQ(status->vertexes.size(), 1u);
    EXPECT_EQ(status->statuses.size(), 1u);
    EXPECT_EQ(status->warnings.at(0).ranges.size(), 1u);
    // Go's zero time stands for none.
    EXPECT_EQ(parse_solve_status(R"({"logs":[{"timestamp":"0001-01-01T00:00:00Z"}]})")
                  ->logs.at(0)
                  .timestamp,
              Time());
}

TEST(SolveStatusTest, WrongTypesNameTheField) {
    for (auto &[line, field] : std::vector<std::pair<std::string, std::string>>{
             {R"({"vertexes":5})", "vertexes: '5' is not a list of objects"},
             {R"({"vertexes":{}})", "vertexes: 'an object' is not a list of objects"},
             {R"({"vertexes":[5]})", "vertexes: "},
             {R"({"vertexes":[[]]})", "vertexes: "},
             {R"({"vertexes":["a"]})", "vertexes: 'a string' is not a list of objects"},
             {R"({"vertexes":[{"digest":5}]})", "vertexes.digest: '5' is not a string"},
             {R"({"vertexes":[{"digest":["a"]}]})", "vertexes.digest: 'a list' is not a string"},
             {R"({"vertexes":[{"inputs":"a"}]})", "vertexes.inputs: 'a' is not a list of strings"},
             {R"({"vertexes":[{"inputs":[5]}]})", "vertexes.inputs: "},
             {R"({"vertexes":[{"inputs":[{}]}]})", "vertexes.inputs: "},
             {R"({"vertexes":[{"inputs":[["a"]]}]})", "vertexes.inputs: "},
             {R"({"vertexes":[{"cached":"yes"}]})", "vertexes.cached: 'yes' is not true or false"},
             {R"({"vertexes":[{"name":true}]})", "vertexes.name: 'true or false' is not a string"},
             {R"({"vertexes":[{"started":"now"}]})", "vertexes.started: 'now' is not a time"},
             {R"({"vertexes":[{"started":7}]})", "vertexes.started: '7' is not a time"},
             {R"({"vertexes":[{"progressGroup":"g"}]})",
              "vertexes.progressGroup: 'g' is not an object"},
             {R"({"statuses":[{"current":1.5}]})", "statuses.current: '1.5' is not a whole number"},
             {R"({"statuses":[{"total":9223372036854775808}]})",
              "statuses.total: '9223372036854775808' is not a whole number"},
             {R"({"logs":[{"stream":4294967296}]})", "logs.stream: '4294967296' is not"},
             {R"({"logs":[{"data":"?"}]})", "logs.data: '?' is not a base64 string"},
             {R"({"logs":[{"data":7}]})", "logs.data: '7' is not a base64 string"},
             {R"({"warnings":[{"detail":["?"]}]})", "warnings.detail: '?' is not"},
             {R"({"warnings":[{"range":[{"start":{"line":"x"}}]}]})",
              "warnings.range.start.line: 'x' is not a whole number"},
         })
        EXPECT_THAT(error_of(line), HasSubstr(field)) << line;
}

TEST(SolveStatusTest, ErrorsQuoteLittleAndNoControlCharacters) {
    auto error = error_of(R"({"logs":[{"data":"\u001b[2J)" + std::string(1000, '?') + "\"}]}");
    EXPECT_THAT(error, HasSubstr("'\\x1b[2J???"));
    EXPECT_LT(error.size(), 200u);
}

TEST(SolveStatusTest, DepthIsNoDanger) {
    std::string nested(1'000'000, '[');
    EXPECT_FALSE(parse_solve_status("{\"x\":" + nested));
    EXPECT_TRUE(parse_solve_status("{\"x\":" + nested + std::string(nested.size(), ']') + "}"));
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"vertexes\":";
    EXPECT_TRUE(parse_solve_status("{\"x\":" + objects + "1" + std::string(100'000, '}') + "}"));
}

TEST(SolveStatusTest, WritesWhatItReads) {
    std::string line =
        R"({"vertexes":[{"digest":"sha256:a","inputs":["sha256:b"],"name":"n",)"
        R"("started":"2026-11-24T01:35:27.471Z","completed":"2026-11-24T01:35:28Z","cached":true,)"
        R"("error":"bad","progressGroup":{"id":"g","name":"group","weak":true}}],)"
        R"("statuses":[{"id":"layer","vertex":"sha256:a","name":"n","current":5,"total":10,)"
        R"("timestamp":"2026-11-24T01:35:27Z","started":"2026-11-24T01:35:26Z"}],)"
        R"("logs":[{"vertex":"sha256:a","stream":2,"data":"aGkK","timestamp":"2026-11-24T01:35:27Z"}],)"
        R"("warnings":[{"vertex":"sha256:a","level":1,"short":"cw==","detail":["ZDE="],"url":"u",)"
        R"("sourceInfo":{"filename":"Dockerfile","data":"RlJPTQ=="},)"
        R"("range":[{"start":{"line":2},"end":{"line":3}}]}]})";
    EXPECT_EQ(format_solve_status(parse_solve_status(line).value()), line);
    EXPECT_EQ(format_solve_status({}), "{}");
}

TEST(SolveStatusTest, WritesNamesThatAreNotUtf8) {
    auto line = format_solve_status({.vertexes = {{.digest = "d", .name = "a\xff"}}});
    EXPECT_EQ(parse_solve_status(line).value().vertexes.at(0).name, "a\uFFFD");
}
