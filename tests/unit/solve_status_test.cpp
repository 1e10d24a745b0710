// SPDX-License-Identifier: Apache-2.0
// --progress=rawjson.
#include "berth/progress/solve_status.hpp"

#include "parse_solve_status.hpp"

#include <gtest/gtest.h>

namespace berth::progress {
namespace {

TEST(SolveStatusTest, WritesWhatItReads) {
    std::string line =
        R"({"vertexes":[{"digest":"sha256:a","inputs":["sha256:b"],"name":"n",)"
        R"("started":"2026-11-24T01:35:27.471Z","completed":"2026-11-24T01:35:28Z","cached":true,)"
        R"("error":"bad","progressGroup":{"id":"g","name":"group","weak":true}}],)"
        R"("statuses":[{"id":"layer","vertex":"sha256:a","name":"n","total":10,"current":5,)"
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

} // namespace
} // namespace berth::progress
