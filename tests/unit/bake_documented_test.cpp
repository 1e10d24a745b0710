// SPDX-License-Identifier: Apache-2.0
// What docker's reference of bake files says, in definitions of our own: docs/bake-reference.md of
// docker buildx. Each has the part of `--print` that the reference is about.
#include "berth/bake/definition.hpp"
#include "berth/bake/print.hpp"
#include "berth/bake/resolve.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::bake {
namespace {

using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Variables = std::map<std::string, std::string>;

Definition definition_of(const std::vector<SourceFile> &files, const Variables &variables) {
    return read_definition(files, {.builtins = {{"BAKE_LOCAL_PLATFORM", "linux/x"}}},
                           Environment(variables));
}

ordered_json printed(const std::vector<SourceFile> &files, const std::string &name,
                     const Variables &variables = {}) {
    Access access;
    auto definition = definition_of(files, variables);
    return to_json(select(definition.config, {name}, {}, Environment(variables), access));
}
ordered_json printed(const std::string &hcl, const std::string &name = "default",
                     const Variables &variables = {}) {
    return printed({{.name = "docker-bake.hcl", .text = hcl}}, name, variables);
}

std::string error_of_definition(const std::string &hcl, const Variables &variables = {}) {
    try {
        printed(hcl, "default", variables);
    } catch (const Error &error) {
        return error.what();
    }
    return {};
}

std::vector<std::string> names_in(const ordered_json &object) {
    std::vector<std::string> names;
    for (const auto &[name, value] : object.items())
        names.push_back(name);
    return names;
}

TEST(BakeDocumentedTest, ALaterFileReplacesTagsAndAddsToLabels) {
    SourceFile compose{.name = "compose.yaml", .text = R"(
services:
  site:
    build:
      context: .
      tags: [from-compose]
      labels: { kept: "1", changed: old }
)"};
    SourceFile hcl{.name = "docker-bake.hcl", .text = R"(target "site" {
  tags = ["from-hcl"]
  labels = { changed = "new", added = "2" }
})"};
    EXPECT_EQ(printed({compose, hcl}, "site"), ordered_json::parse(R"({
"group": {"default": {"targets": ["site"]}},
"target": {"site": {"context": ".", "dockerfile": "Dockerfile",
  "labels": {"added": "2", "changed": "new", "kept": "1"}, "tags": ["from-hcl"]}}})"));
}

TEST(BakeDocumentedTest, AnEmptyTargetHasTheDefaults) {
    EXPECT_EQ(printed(R"(target "default" {})"),
              ordered_json::parse(R"({"group": {"default": {"targets": ["default"]}},
                  "target": {"default": {"context": ".", "dockerfile": "Dockerfile"}}})"));
}

TEST(BakeDocumentedTest, TheLastOfSeveralParentsWins) {
    auto target = printed(R"(
target "dev" {
  args = { COMPILER = "1.20", DEBUG = 1 }
  tags = ["example/tool"]
}
target "_release" {
  args = { STRIP = 1, DEBUG = 0 }
}
target "release" {
  inherits = ["dev", "_release"]
  platforms = ["linux/amd64", "linux/arm64"]
})",
                          "release")["target"]["release"];
    EXPECT_EQ(target["args"],
              ordered_json::parse(R"({"COMPILER": "1.20", "DEBUG": "0", "STRIP": "1"})"));
    EXPECT_THAT(target["tags"], ElementsAre("example/tool"));
    EXPECT_THAT(target["platforms"], ElementsAre("linux/amd64", "linux/arm64"));
}

TEST(BakeDocumentedTest, AMatrixMakesATargetOfEachCombination) {
    auto json = printed(R"(target "tool" {
  name = "tool-${kind}-${replace(release, ".", "-")}"
  matrix = { kind = ["slim", "full"], release = ["1.0", "2.0"] }
  target = kind
  args = { RELEASE = release }
})",
                        "tool");
    EXPECT_THAT(json["group"]["tool"]["targets"],
                ElementsAre("tool-slim-1-0", "tool-full-1-0", "tool-slim-2-0", "tool-full-2-0"));
    EXPECT_EQ(json["target"]["tool-full-2-0"]["args"]["RELEASE"], "2.0");
    auto maps = printed(R"(target "tool" {
  name = "tool-${item.kind}-${replace(item.release, ".", "-")}"
  matrix = { item = [{ kind = "slim", release = "1.0" }, { kind = "full", release = "2.0" }] }
  target = item.kind
})",
                        "tool");
    EXPECT_THAT(names_in(maps["target"]), UnorderedElementsAre("tool-slim-1-0", "tool-full-2-0"));
}

TEST(BakeDocumentedTest, AGroupComesBeforeATargetOfItsName) {
    auto json = printed(R"(
target "default" { dockerfile-inline = "FROM one" }
group "default" { targets = ["two", "three"] }
target "two" { dockerfile-inline = "FROM two" }
target "three" { dockerfile-inline = "FROM three" })");
    EXPECT_THAT(names_in(json["target"]), UnorderedElementsAre("two", "three"));
}

TEST(BakeDocumentedTest, VariablesTakeValuesFromTheEnvironment) {
    const std::string plain = R"(variable "TAG" { default = "latest" }
target "default" { tags = ["example/site:${TAG}"] })";
    auto tags = [](const ordered_json &json) { return json["target"]["default"]["tags"]; };
    EXPECT_THAT(tags(printed(plain)), ElementsAre("example/site:latest"));
    EXPECT_THAT(tags(printed(plain, "default", {{"TAG", "dev"}})), ElementsAre("example/site:dev"));
    EXPECT_THAT(tags(printed(plain, "default",
                             {{"TAG", "dev"}, {"BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP", "1"}})),
                ElementsAre("example/site:latest"));
    const std::string list = R"(variable "TAGS" {
  type = list(string)
  default = ["latest"]
}
target "default" { tags = [for t in TAGS: "example/site:${t}"] })";
    EXPECT_THAT(tags(printed(list, "default", {{"TAGS", "dev,2"}})),
                ElementsAre("example/site:dev", "example/site:2"));
    EXPECT_THAT(tags(printed(list, "default", {{"TAGS_JSON", R"(["a","b"])"}})),
                ElementsAre("example/site:a", "example/site:b"));
}

TEST(BakeDocumentedTest, AVariableThatEndsInJsonIsOneOfItsOwn) {
    const std::string both = R"(
variable "NAME" {
  type = string
  default = "n"
}
variable "NAME_JSON" {
  type = string
  default = "n"
}
target "default" { args = { NAME = NAME, NAME_JSON = NAME_JSON } })";
    auto values = [&](const Variables &variables) {
        auto args = printed(both, "default", variables)["target"]["default"]["args"];
        return args["NAME"].get<std::string>() + " " + args["NAME_JSON"].get<std::string>();
    };
    EXPECT_EQ(values({{"NAME", "x"}}), "x n");
    EXPECT_EQ(values({{"NAME_JSON", "x"}}), "n x");
    EXPECT_EQ(values({{"NAME_JSON_JSON", "\"x\""}}), "n x");
    EXPECT_EQ(values({{"NAME", "x"}, {"NAME_JSON", "\"y\""}}), "x \"y\"");
    EXPECT_EQ(values({{"NAME_JSON", "x"}, {"NAME_JSON_JSON", "\"y\""}}), "n y");
    EXPECT_NE(error_of_definition(both, {{"NAME_JSON_JSON", "x"}}), "");
}

TEST(BakeDocumentedTest, TypesAreKeywordsAndConstructors) {
    for (const std::string type : {"\"string\"", "lower(\"string\")"})
        EXPECT_NE(
            error_of_definition("variable \"V\" { type = " + type + " }\ntarget \"default\" {}"),
            "");
    auto variables = definition_of({{.name = "a.hcl", .text = R"(
variable "RELEASE" {
  type = tuple([number, number, string])
  default = [1, 2, "beta"]
}
variable "PLACES" {
  type = list(object({ branch = string, registry = string }))
  default = [{ branch = "main", registry = "one.invalid" }]
}
target "default" { tags = [lookup({ a = "b" }, "a", "")] })"}},
                                   {})
                         .variables;
    std::map<std::string, std::string> types;
    for (const auto &variable : variables)
        types[variable.name] = variable.type;
    EXPECT_THAT(types,
                UnorderedElementsAre(Pair("PLACES", "list of object"), Pair("RELEASE", "tuple")));
}

TEST(BakeDocumentedTest, AVariableMustBeDeclared) {
    auto error =
        error_of_definition("target \"default\" {\n  dockerfile-inline = \"FROM ${BASE}\"\n}\n");
    EXPECT_THAT(error, HasSubstr("docker-bake.hcl:2,31-35: Unknown variable; There is no variable "
                                 "named \"BASE\"."));
    EXPECT_EQ(printed("target \"default\" { ssh = [\"default=$HOME/k\"] }")["target"]["default"]
                                                                           ["ssh"][0]["paths"][0],
              "$HOME/k");
}

TEST(BakeDocumentedTest, FunctionsAndBuiltInVariables) {
    auto args = printed(R"(
function "next" {
  params = [number]
  result = number + 1
}
target "default" {
  args = { a = "${add(123, 1)}", b = "${next(123)}", c = BAKE_LOCAL_PLATFORM }
})")["target"]["default"]["args"];
    EXPECT_EQ(args, ordered_json::parse(R"({"a": "124", "b": "124", "c": "linux/x"})"));
}

} // namespace
} // namespace berth::bake
