// SPDX-License-Identifier: Apache-2.0
#include "berth/gotemplate/template.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace berth {
namespace {

using ::testing::HasSubstr;

const nlohmann::json &value() {
    static const nlohmann::json all = {
        {"Name", "my box"},
        {"Empty", ""},
        {"Count", 3},
        {"On", true},
        {"Off", false},
        {"List", {"a", "b"}},
        {"None", nlohmann::json::array()},
        {"Labels", {{"k.x", "v"}, {"z", "w"}}},
        {"Nodes", {{{"Name", "n0"}, {"Up", true}}, {{"Name", "n1"}, {"Up", false}}}},
    };
    return all;
}

TEST(TemplateTest, Renders) {
    struct Case {
        const char *text, *expected;
    };
    for (const auto &[text, expected] : std::initializer_list<Case>{
             {"", ""},
             {"plain }} text", "plain }} text"},
             {"{{.Name}}", "my box"},
             {"[{{ .Name }}|{{.Count}}|{{.On}}]", "[my box|3|true]"},
             {"{{.List}} {{.Labels}}", "[a b] map[k.x:v z:w]"},
             {"{{json .List}} {{json .Name}}", R"(["a","b"] "my box")"},
             {"{{range .Nodes}}{{.Name}};{{end}}", "n0;n1;"},
             {"{{range .None}}x{{else}}none{{end}}", "none"},
             {"{{range .None}}x{{end}}", ""},
             {"{{range .Nodes}}{{if .Up}}{{.Name}}{{end}}{{end}}", "n0"},
             {"{{range $i, $n := .Nodes}}{{$i}}={{$n.Name}} {{end}}", "0=n0 1=n1 "},
             {"{{range $k, $v := .Labels}}{{$k}}={{$v}},{{end}}", "k.x=v,z=w,"},
             {"{{range .Nodes}}{{$.Name}}{{end}}", "my boxmy box"},
             {"{{if .Empty}}a{{else if .Off}}b{{else if .Count}}c{{else}}d{{end}}", "c"},
             {"{{if .None}}a{{else}}b{{end}}", "b"},
             {"{{with .Name}}<{{.}}>{{end}}{{with .Empty}}x{{else}}-{{end}}", "<my box>-"},
             {"{{$x := .Count}}{{$x}}", "3"},
             {"{{with $x := .Name}}{{$x}}{{end}}", "my box"},
             {"{{len .List}} {{len .Name}} {{len .Labels}}", "2 6 2"},
             {"{{upper .Name}} {{lower \"ABC\"}} {{title .Name}}", "MY BOX abc My Box"},
             {"{{join .List \", \"}}", "a, b"},
             {"{{index .Labels \"k.x\"}}{{index .Labels \"none\"}}", "v"},
             {"{{index .List 1}} {{(index .Nodes 0).Name}}", "b n0"},
             {"{{.Name | upper}} {{split .Name \" \" | len}}", "MY BOX 2"},
             {"{{if and .On (not .Off)}}yes{{end}}", "yes"},
             {"{{or .Empty \"other\"}} {{and .Name .Empty}}", "other "},
             {"{{if eq .Name \"a\" \"my box\"}}eq{{end}}{{if ne .Count 3}}ne{{end}}", "eq"},
             {"{{pad .Name 1 2}}|{{pad .Empty 1 2}}|{{truncate .Name 2}}", " my box  ||my"},
             {"{{truncate \"aüb\" 2}}", "a"},
             {"{{print .Count .Count}} {{println .Name}}", "3 3 my box\n"},
             {"{{\"a\\t\\\"}}\\n\"}}{{`raw\\n`}}", "a\t\"}}\nraw\\n"},
             {"a {{- .Count -}} b", "a3b"},
             {"a {{- /* said }} nothing */ -}} b", "ab"},
             {"{{/* nothing */}}", ""},
         })
        EXPECT_EQ(gotemplate::Template(text).render(value()), expected) << text;
}

std::string error_of(const std::string &text) {
    try {
        gotemplate::Template(text).render(value());
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ExitCode::usage) << text;
        return std::string(error.what()) + " / " + error.hint();
    }
    return "no error";
}

TEST(TemplateTest, ReportsErrors) {
    struct Case {
        const char *text, *message;
    };
    for (const auto &[text, message] : std::initializer_list<Case>{
             {"{{.Nope}}", "there is no field .Nope in \".Nope\" / there are .Count, .Empty, "},
             {"{{.Name.Sub}}", "no field .Sub in \".Name.Sub\" / the value is of type string"},
             {"{{range .Nodes}}{{.Count}}{{end}}",
              "no field .Count in \".Count\" / there are .Name, .Up"},
             {"{{.Name", "there is no }} for this in \"{{.Name\""},
             {"{{", "there is no }} for this"},
             {"{{}}", "a value is missing in \"{{}}\""},
             {"{{ | upper}}", "a value is missing"},
             {"{{.Name | }}", "a value is missing"},
             {"{{if}}x{{end}}", "a value is missing"},
             {"{{if .On}}x", "there is no {{end}} for this in \"if .On\""},
             {"{{end}}", "{{end}} without a beginning"},
             {"{{else}}", "{{else}} without a beginning"},
             {"{{if .On}}{{else}}{{else}}{{end}}", "a second {{else}}"},
             {"{{range .List}}{{else if .On}}{{end}}", "more than else"},
             {"{{nope .Name}}", "there is no function \"nope\""},
             {"{{Name}}", "there is no function \"Name\""},
             {"{{.Name .Count}}", "a value is given arguments"},
             {"{{\"open}}", "there is no }} for this"},
             {"{{\"\\q\"}}", "unknown escape"},
             {"{{(.Name}}", "unclosed parenthesis"},
             {"{{.Name)}}", "unexpected \")\""},
             {"{{.}.}}", "unexpected"},
             {"{{..}}", "unexpected"},
             {"{{.Name.}}", "a name is missing"},
             {"{{\x1b[2J}}", "unexpected \"\\x1b[2J\""},
             {"{{$x}}", "there is no variable $x"},
             {"{{$a, $b, $c := .List}}", "too many variables"},
             {"{{range .Name}}{{end}}", "nothing to range over in a string"},
             {"{{template \"x\"}}", "template is not supported"},
             {"{{/* open}}", "there is no }} for this"},
             {"{{join .Name \",\"}}", "join: a list is needed, and this is of type string"},
             {"{{join .Nodes \",\"}}", "join: a text is needed"},
             {"{{join .List}}", "join: wrong number of arguments (1)"},
             {"{{len .Count}}", "len: a value of type number has no length"},
             {"{{index .List 2}}", "index: there is no 2 in a list of 2"},
             {"{{index .List -1}}", "index: there is no -1"},
             {"{{index .Name 0}}", "index: expected a list or a map"},
             {"{{pad .Name 1000000000 0}}", "pad: from 0 to"},
             {"{{truncate .Name -1}}", "truncate: a length cannot be negative"},
         })
        EXPECT_THAT(error_of(text), HasSubstr(message)) << text;
}

std::string repeated(const std::string &text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i)
        result += text;
    return result;
}

TEST(TemplateTest, DeepNestingIsAnError) {
    EXPECT_THAT(error_of(repeated("{{if .On}}", 100000)), HasSubstr("nested too deep"));
    EXPECT_THAT(error_of("{{" + repeated("(", 100000) + "}}"), HasSubstr("nested too deep"));
    EXPECT_EQ(error_of(repeated("{{if .On}}", 50) + repeated("{{end}}", 50)), "no error");
    // As many as one likes beside each other.
    std::string chain = "{{if .Off}}" + repeated("{{else if .Off}}", 10000) + "{{else}}x{{end}}";
    EXPECT_EQ(gotemplate::Template(chain).render(value()), "x");
}

TEST(TemplateTest, AMapWithoutTheKeyIsEmpty) {
    gotemplate::Template absent("[{{.Labels.absent}}]");
    EXPECT_THROW(absent.render(value()), Error);
    EXPECT_EQ(absent.render(value(), {.maps = {"Labels"}}), "[]");
}

TEST(TemplateTest, ABareDotCanBeAnotherValue) {
    nlohmann::json whole = {{"x", 1}};
    EXPECT_EQ(
        gotemplate::Template("{{json .}} {{.Name}} {{$.Count}}").render(value(), {.dot = &whole}),
        R"({"x":1} my box 3)");
}

TEST(TemplateTest, TitlesPassThroughFunctions) {
    nlohmann::json titles = {{"Name", "NAME/NODE"}};
    EXPECT_EQ(
        gotemplate::Template("{{lower .Name}}{{json .Name}}").render(titles, {.titles = true}),
        "NAME/NODENAME/NODE");
}

} // namespace
} // namespace berth
