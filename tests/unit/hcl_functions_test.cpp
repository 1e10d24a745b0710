// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/expression.hpp"
#include "berth/hclfunc/functions.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace berth::hclfunc {
namespace {

struct Recorded {
    std::string call;
    std::string outcome; // "= JSON" or "! summary; detail"
};

// docker buildx's result for each call; dev/record-functions writes the file.
std::vector<Recorded> recorded_calls() {
    auto lines = split(read_file(BERTH_TEST_DATA "/data/hcl/functions.txt"), '\n');
    std::vector<Recorded> calls;
    for (std::size_t at = 0; at + 1 < lines.size(); at += 2)
        calls.push_back({lines[at], lines[at + 1]});
    return calls;
}

hcl::Context context_of_functions() {
    hcl::Context context;
    context.functions = standard_functions();
    return context;
}

// The interpreter's result for the call, in the form of the table, which has only the first line of
// an error.
std::string outcome_of(const std::string &call) {
    static const auto context = context_of_functions();
    hcl::Diagnostics diagnostics;
    auto expression =
        hcl::parse_expression("jsonencode(" + call + ")", "test.hcl", hcl::Position(), diagnostics);
    auto value = expression ? expression->evaluate(&context, diagnostics) : hcl::Value();
    if (hcl::has_errors(diagnostics))
        return split("! " + diagnostics.front().summary + "; " + diagnostics.front().detail, '\n')
            .front();
    return "= " + (value.is_known() ? value.as_string() : "unknown");
}

std::string failure_of(const std::string &function, const std::string &why) {
    return "! Error in function call; Call to function \"" + function + "\" failed: " + why + ".";
}

TEST(HclFunctionsTest, ReturnTheSameAsDockerBuildx) {
    auto calls = recorded_calls();
    ASSERT_GT(calls.size(), 900U);
    for (const auto &[call, outcome] : calls)
        EXPECT_EQ(outcome_of(call), outcome) << call;
}

TEST(HclFunctionsTest, AreAllInTheTable) {
    std::map<std::string, int> counts;
    const std::regex name("([a-z0-9_]+)\\(");
    for (const auto &[call, outcome] : recorded_calls())
        for (std::sregex_iterator found(call.begin(), call.end(), name), end; found != end; ++found)
            ++counts[(*found)[1]];
    auto functions = standard_functions();
    EXPECT_EQ(functions.size(), 106U);
    for (const auto &[function, definition] : functions)
        EXPECT_GE(counts[function], 4) << function;
}

// Calls for which docker buildx panics, or accepts nonsense.
TEST(HclFunctionsTest, ReportErrorsWhereGoPanics) {
    EXPECT_EQ(outcome_of("log(-1, 10)"), failure_of("log", "the result is not a number"));
    EXPECT_EQ(outcome_of("pow(-8, 0.5)"), failure_of("pow", "the result is not a number"));
    EXPECT_EQ(outcome_of("indent(-1, \"a\")"),
              "! Invalid function argument; Invalid value for \"spaces\" parameter: the number of "
              "spaces must not be negative.");
    EXPECT_EQ(outcome_of("merge({ a = 1 }, null, [\"b\"])"),
              failure_of("merge", "arguments must be maps or objects, got \"tuple\""));
    EXPECT_EQ(outcome_of("cidrsubnet(\"10.0.0.0/8\", -1, 0)"),
              failure_of("cidrsubnet",
                         "prefix extension of -1 does not accommodate a subnet numbered 0"));
    EXPECT_EQ(outcome_of("cidrsubnets(\"0.0.0.0/0\", 1, 1)"), "= [\"0.0.0.0/1\",\"128.0.0.0/1\"]");
}

TEST(HclFunctionsTest, RefuseHugeResults) {
    auto large = failure_of("replace", "the result would be larger than 64 MiB");
    EXPECT_EQ(outcome_of("replace(format(\"%1000000s\", \"\"), \" \", format(\"%100s\", \"\"))"),
              large);
    EXPECT_EQ(outcome_of("indent(1e9, \"a\\nb\")"),
              failure_of("indent", "the result would be larger than 64 MiB"));
    EXPECT_EQ(
        outcome_of("regex_replace(format(\"%1000000s\", \"\"), \"\", format(\"%100s\", \"\"))"),
        failure_of("regex_replace", "the result would be larger than 64 MiB"));
    EXPECT_EQ(outcome_of("format(\"%1000001s\", \"\")"),
              failure_of("format", "a number in the format string at offset 7 is larger than "
                                   "1000000"));
    EXPECT_EQ(outcome_of("setproduct(range(1024), range(1024), range(2))"),
              failure_of("setproduct", "the result would have more than 1048576 elements"));
}

} // namespace
} // namespace berth::hclfunc
