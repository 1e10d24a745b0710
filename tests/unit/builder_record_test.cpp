// SPDX-License-Identifier: Apache-2.0
// The files here were written by docker buildx 0.29.1.
#include "berth/store/builder_record.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::store {
namespace {

using ::testing::HasSubstr;

constexpr const char *recorded[] = {
    // Everything at its default.
    R"({"Name":"a","Driver":"docker-container","Nodes":[{"Name":"a0","Endpoint":"unix:///run/docker.sock","Platforms":null,"DriverOpts":null,"Flags":["--allow-insecure-entitlement=network.host"],"Files":null}],"Dynamic":false})",
    // Upper case, platforms, escapes.
    R"({"Name":"wt-A2","Driver":"docker-container","Nodes":[{"Name":"wt-a20","Endpoint":"c1","Platforms":[{"architecture":"arm64","os":"linux"},{"architecture":"arm","os":"linux","variant":"v7"},{"architecture":"amd64","os":"linux","variant":"v2"},{"architecture":"amd64","os":"windows"}],"DriverOpts":{"env.A":"\u003cx\u003e\u0026y é\nz","image":"foo"},"Flags":["--debug","--x","a b","--allow-insecure-entitlement=network.host"],"Files":null}],"Dynamic":false})",
    // Two nodes; platforms empty and not null after --append; a config file.
    R"({"Name":"b","Driver":"docker-container","Nodes":[{"Name":"b0","Endpoint":"c1","Platforms":[],"DriverOpts":null,"Flags":["--x"],"Files":{"buildkitd.toml":"ZGVidWcgPSB0cnVlCg==","certs/host.example_5000/ca.pem":"Q0EK"}},{"Name":"b1","Endpoint":"tcp://1.2.3.4:5","Platforms":null,"DriverOpts":{},"Flags":["--x"],"Files":{}}],"Dynamic":false})",
    // Another driver, no flags.
    R"({"Name":"r","Driver":"remote","Nodes":[{"Name":"r0","Endpoint":"tcp://1.2.3.4:99","Platforms":null,"DriverOpts":null,"Flags":null,"Files":null}],"Dynamic":false})",
};

TEST(BuilderRecordTest, WritesWhatItReadByteForByte) {
    for (const auto *text : recorded)
        EXPECT_EQ(format_record(parse_record(text, "x")), text);
}

TEST(BuilderRecordTest, ReadsEveryField) {
    auto record = parse_record(recorded[1], "x");
    EXPECT_EQ(record.name, "wt-A2");
    ASSERT_EQ(record.nodes.size(), 1u);
    const auto &node = record.nodes[0];
    EXPECT_EQ(node.name, "wt-a20");
    EXPECT_EQ(node.endpoint, "c1");
    ASSERT_TRUE(node.platforms);
    EXPECT_EQ(node.platforms->at(1),
              (Platform{.architecture = "arm", .os = "linux", .variant = "v7"}));
    EXPECT_EQ(node.driver_options->at("env.A"), "<x>&y é\nz");
    EXPECT_EQ(node.flags.at(2), "a b");
    EXPECT_FALSE(node.files);
    EXPECT_EQ(parse_record(recorded[2], "x").nodes[0].files->at("buildkitd.toml"),
              "debug = true\n");
}

TEST(BuilderRecordTest, EscapesLikeGo) {
    BuilderRecord record{.name = "a", .nodes = {{.name = "a0", .endpoint = "e"}}};
    record.nodes[0].flags = {"\x01\t\"\\ \u2028\u2029</&>", "bad \xff"};
    EXPECT_THAT(format_record(record),
                HasSubstr(R"("Flags":["\u0001\t\"\\ \u2028\u2029\u003c/\u0026\u003e",)"));
    EXPECT_THAT(format_record(record), HasSubstr("bad \ufffd"));
}

TEST(BuilderRecordTest, WritesAllPartsOfAPlatform) {
    BuilderRecord record{.name = "a", .nodes = {{.name = "a0", .endpoint = "e"}}};
    record.nodes[0].platforms = {{.architecture = "amd64",
                                  .os = "windows",
                                  .variant = "v2",
                                  .os_version = "10.0",
                                  .os_features = {"win32k"}}};
    EXPECT_THAT(
        format_record(record),
        HasSubstr(
            R"([{"architecture":"amd64","os":"windows","os.version":"10.0","os.features":["win32k"],"variant":"v2"}])"));
    EXPECT_EQ(parse_record(format_record(record), "x").nodes[0].platforms,
              record.nodes[0].platforms);
}

TEST(BuilderRecordTest, AllowsMissingAndUnknownFields) {
    auto record = parse_record(R"({"Name":"a","New":1,"Nodes":[{"Name":"a0","More":[]}]})", "x");
    EXPECT_EQ(record.nodes.at(0).name, "a0");
    EXPECT_TRUE(record.nodes.at(0).flags.empty());
    EXPECT_TRUE(parse_record(R"({"Name":"a","Nodes":null})", "x").nodes.empty());
}

TEST(BuilderRecordTest, NamesTheInvalidField) {
    struct Case {
        const char *text, *message;
    };
    const std::string deep(100'000, '[');
    for (auto [text, message] : {
             Case{"", "not JSON at byte"},
             Case{R"({"Name":)", "not JSON at byte 9"},
             Case{R"({"Name":1e999})", "a number is too large"},
             Case{deep.c_str(), "nested more than 200 levels deep"},
             Case{"[]", "must be an object"},
             Case{"{}", "Name: '' is not a name"},
             Case{R"({"Name":"../x"})", "Name: '../x' is not a name"},
             Case{R"({"Name":1})", "Name: must be a string"},
             Case{R"({"Name":"a","Nodes":{}})", "Nodes: must be an array"},
             Case{R"({"Name":"a","Nodes":[1]})", "Nodes[0]: must be an object"},
             Case{R"({"Name":"a","Nodes":[{"Name":"/etc"}]})", "Nodes[0].Name: '/etc'"},
             Case{R"({"Name":"a","Nodes":[{"Name":"b","Flags":[1]}]})",
                  "Nodes[0].Flags[0]: must be a string"},
             Case{R"({"Name":"a","Nodes":[{"Name":"b","DriverOpts":{"k":1}}]})",
                  "Nodes[0].DriverOpts[k]: must be a string"},
             Case{R"({"Name":"a","Nodes":[{"Name":"b","Files":{"f":"?"}}]})",
                  "Nodes[0].Files[f]: must be base64"},
             Case{R"({"Name":"a","Nodes":[{"Name":"b","Files":{"certs/../../x":""}}]})",
                  "Nodes[0].Files: 'certs/../../x' is not a relative path inside the directory"},
             Case{R"({"Name":"a","Nodes":[{"Name":"b","Platforms":[{"os":1}]}]})",
                  "Nodes[0].Platforms[0].os: must be a string"},
             Case{R"({"Name":"a","Dynamic":"no"})", "Dynamic: must be true or false"},
         }) {
        try {
            parse_record(text, "/store/instances/a");
            ADD_FAILURE() << text << " was taken";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("/store/instances/a is not a builder record: "));
            EXPECT_THAT(error.what(), HasSubstr(message));
        }
    }
}

} // namespace
} // namespace berth::store
