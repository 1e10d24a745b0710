// SPDX-License-Identifier: Apache-2.0
// Names and documents of images: parsing, and errors for hostile ones.
#include "berth/gotemplate/template.hpp"
#include "berth/registry/combine.hpp"
#include "berth/registry/location.hpp"
#include "berth/registry/shapes.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::registry {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

constexpr const char *digest =
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(ReferenceTest, IsSpelledOut) {
    for (auto [text, full] : std::vector<std::pair<std::string, std::string>>{
             {"alpine", "docker.io/library/alpine:latest"},
             {"me/app:v1", "docker.io/me/app:v1"},
             {"index.docker.io/alpine", "docker.io/library/alpine:latest"},
             {"localhost/app", "localhost/app:latest"},
             {"r.example:5000/a/b:c", "r.example:5000/a/b:c"},
             {std::string("alpine@") + digest, std::string("docker.io/library/alpine@") + digest},
             {std::string("a.b/c:d@") + digest, std::string("a.b/c:d@") + digest}})
        EXPECT_EQ(parse_reference(text).text(), full);
    for (const auto *bad : {"", "Alpine", "a b", "a:", "a//b", "a@sha256:1", "../a", "a\n"})
        EXPECT_THROW(parse_reference(bad), Error) << bad;
}

TEST(LocationTest, OfALayout) {
    auto read = [](const std::string &text) {
        auto location = parse_location("oci-layout://" + text);
        return std::vector{location.directory, location.tag, location.digest};
    };
    EXPECT_THAT(read("/a/b"), ElementsAre("/a/b", "latest", ""));
    EXPECT_THAT(read("/a/b:1.3"), ElementsAre("/a/b", "1.3", ""));
    EXPECT_THAT(read(std::string("a@") + digest), ElementsAre("a", "", digest));
    EXPECT_THAT(read("/a:b/c"), ElementsAre("/a:b/c", "latest", ""));
    EXPECT_THAT(read("/a/@/b"), ElementsAre("/a/@/b", "latest", ""));
    EXPECT_THROW(parse_location("oci-layout://"), Error);
}

TEST(DocumentsTest, HostileOnesAreErrors) {
    for (const std::string text :
         {"", "{", "[", "[[]]", R"({"manifests":5})", R"({"manifests":[5]})",
          R"({"manifests":[{"digest":5}]})", R"({"manifests":[{"size":-1}]})",
          R"({"manifests":[{"size":1.5}]})", R"({"manifests":[{"annotations":[]}]})",
          R"({"manifests":[{"platform":"x"}]})", R"({"manifests":[{"platform":{"os":{}}}]})"})
        EXPECT_THROW(children(make_document(media::oci_index, text)), Error) << text;
    EXPECT_THROW(parse_document(std::string(100000, '['), "it"), Error);
    EXPECT_THROW(shape_image(json::parse(R"({"config":{"Env":[1]}})"), "it"), Error);
    EXPECT_THROW(shape_image(json::parse(R"({"history":{}})"), "it"), Error);
    EXPECT_THROW(shape_image(json::parse("[]"), "it"), Error);
}

TEST(ShapesTest, JsonEqualsGos) {
    auto image = shape_image(json::parse(R"({"os":"linux","architecture":"arm","unknown":1,
            "created":"2026-01-02T03:04:05.1200+00:00",
            "config":{"Labels":{"b":"<&>","a":""},"ExposedPorts":{"80/tcp":{"x":1}}}})"),
                             "it");
    EXPECT_EQ(
        go_json(image.json),
        R"({"created":"2026-01-02T03:04:05.12Z","architecture":"arm","os":"linux",)"
        R"("config":{"ExposedPorts":{"80/tcp":{}},"Labels":{"a":"","b":"\u003c\u0026\u003e"}},)"
        R"("rootfs":{"type":"","diff_ids":null}})");
    EXPECT_EQ(go_json(nlohmann::ordered_json(shape_any(json::parse(R"({"b":1.0,"a":[1e3,0.5]})")))),
              R"({"a":[1000,0.5],"b":1})");
}

TEST(ShapesTest, TemplatesHaveGosNames) {
    auto image = shape_image(json::parse(R"({"os":"linux","config":{"Labels":{"a":"b"}}})"), "it");
    auto render = [&](const char *text) {
        return gotemplate::Template(text).render(
            image.fields,
            {.structs = true, .json = [](const json &value) { return go_json(marshal(value)); }});
    };
    EXPECT_EQ(render("{{.OS}} {{.Config.Labels.a}}{{.Config.Labels.none}}"), "linux b");
    EXPECT_EQ(render("{{json .Config}}"), R"({"Labels":{"a":"b"}})");
    EXPECT_THROW(render("{{.Config.Nothing}}"), Error);
    EXPECT_THROW(render("{{range .Config}}{{end}}"), Error);
}

TEST(AnnotationsTest, TypesAndPlatforms) {
    auto read = parse_annotations({"index,manifest-descriptor[linux/arm64/v8]:a:b=c=d", "", "e=f"});
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read[0].type, "index");
    EXPECT_EQ(read[1].type, "manifest-descriptor");
    EXPECT_EQ(read[1].platform, "linux/arm64");
    EXPECT_EQ(read[1].key, "a:b");
    EXPECT_EQ(read[1].value, "c=d");
    EXPECT_EQ(read[2].type, "");
    for (const auto *bad : {"x", "foo:a=b", "index[:a=b", "index[]:a=b", "INDEX:a=b",
                            "manifest[linux/nosuch/x/y]:a=b"})
        EXPECT_THROW(parse_annotations({bad}), Error) << bad;
}

} // namespace
} // namespace berth::registry
