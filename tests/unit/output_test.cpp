// SPDX-License-Identifier: Apache-2.0
#include "berth/job/output.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::HasSubstr;

BuildOptions with_outputs(std::vector<std::string> outputs, std::vector<std::string> tags = {}) {
    BuildOptions options;
    options.outputs = std::move(outputs);
    options.tags = std::move(tags);
    return options;
}

// The exporter's type and attributes.
std::string exporter(const Output &output, const std::vector<std::string> &tags) {
    auto [type, attributes] = exporter_of(output, tags);
    for (const auto &[key, value] : attributes)
        type += " " + key + "=" + value;
    return output.destination.empty() ? type : type + " > " + output.destination;
}

std::string one(const std::string &text, std::vector<std::string> tags = {}) {
    auto outputs = read_outputs(with_outputs({text}, tags), false);
    return outputs.size() == 1 ? exporter(outputs.front(), tags) : "not one output";
}

TEST(OutputTest, ReadsEveryForm) {
    struct Case {
        const char *text, *exporter;
    };
    for (auto [text, exporter] : {
             Case{"out", "local > out"},
             Case{"type=local,dest=out/dir", "local > out/dir"},
             Case{"-", "tar > -"},
             Case{"type=tar,dest=x.tar", "tar > x.tar"},
             Case{"type=oci,dest=x.tar,compression=zstd", "oci compression=zstd name=app > x.tar"},
             Case{"type=docker", "docker name=app"},
             Case{"type=docker,context=other", "docker name=app"},
             Case{"type=docker,dest=x,context=other", "docker context=other name=app > x"},
             Case{"type=image,push=true", "image name=app push=true"},
             // As with docker buildx, --tag counts.
             Case{"type=image,name=other,push=true", "image name=app push=true"},
             Case{"type=registry", "image name=app push=true unpack=false"},
             Case{"type=image,push=true,unpack=true", "image name=app push=true unpack=true"},
             Case{"type=oci,tar=false,dest=d", "oci name=app tar=false > d"},
         })
        EXPECT_EQ(one(text, {"app"}), exporter) << text;
    EXPECT_EQ(one(R"(type=image,"name=a,b",push=false)"), "image name=a,b push=false");
    EXPECT_EQ(one("type=docker", {"a:1", "b:2"}), "docker name=a:1,b:2");
}

TEST(OutputTest, AnEngineWithAContainerdStoreTakesALayout) {
    Output output{.type = "docker", .as_layout = true};
    EXPECT_EQ(exporter(output, {"app"}), "oci name=app prefer-image-digest=true");
}

TEST(OutputTest, AKeptImageHasTheEnginesForm) {
    auto kept = kept_image({.type = "docker"}, {"app"});
    EXPECT_EQ(kept.type, "image");
    EXPECT_EQ(kept.attributes,
              (std::map<std::string, std::string>{
                  {"name", "app"}, {"push", "false"}, {"compression", "uncompressed"}}));
    EXPECT_EQ(kept_image({.type = "docker", .for_containerd = true}, {}).attributes,
              (std::map<std::string, std::string>{{"push", "false"}, {"oci-mediatypes", "true"}}));
}

TEST(OutputTest, LoadAndPushAreShorthands) {
    auto options = with_outputs({}, {"app"});
    options.load = true;
    auto loaded = read_outputs(options, false);
    ASSERT_EQ(loaded.size(), 1u);
    EXPECT_TRUE(loaded.front().to_engine());

    options.push = true;
    auto both = read_outputs(options, false);
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0].type, "registry");
    EXPECT_EQ(both[1].type, "docker");
}

TEST(OutputTest, PushTurnsAnImageOutputIntoOneThatIsPushed) {
    auto options = with_outputs({"type=image"}, {"app"});
    options.push = true;
    auto outputs = read_outputs(options, false);
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_EQ(exporter(outputs.front(), options.tags), "image name=app push=true");
}

TEST(OutputTest, DefaultLoadAppliesOnlyWithoutOutputs) {
    EXPECT_EQ(read_outputs(with_outputs({}), true).size(), 1u);
    EXPECT_TRUE(read_outputs(with_outputs({}), false).empty());
    EXPECT_EQ(read_outputs(with_outputs({"type=cacheonly"}), true).size(), 1u);
}

TEST(OutputTest, AnImageOfADockerContextIsTheEngines) {
    BuildOptions options;
    options.outputs = {"type=image,name=a/b,push=false", "type=image,name=c,push=true"};
    options.image_to_engine = true;
    auto outputs = read_outputs(options, false);
    ASSERT_EQ(outputs.size(), 2u);
    EXPECT_TRUE(outputs[0].to_engine());
    EXPECT_EQ(outputs[0].attribute("name"), "a/b");
    EXPECT_EQ(outputs[0].attribute("push"), "");
    EXPECT_EQ(outputs[1].type, "image");
}

TEST(OutputTest, CacheonlyIsAnOutputThatIsNotExported) {
    EXPECT_FALSE(read_outputs(with_outputs({"type=cacheonly"}), false).front().exported());
    EXPECT_TRUE(read_outputs(with_outputs({"type=image"}), false).front().exported());
}

TEST(OutputTest, ErrorsNameTheValueAndAFix) {
    struct Case {
        const char *text, *what, *hint;
    };
    for (auto [text, what, hint] : {
             Case{"type=dcoker", "unknown output type \"dcoker\"", "did you mean type=docker?"},
             Case{"dest=x,a=b", "type is required", "type="},
             Case{"type=local", "dest is required for local output", "dest=DIR"},
             Case{"type=local,dest=-", "cannot go to standard output", "type=tar"},
             Case{"type=image,push", "'push' is not key=value", ""},
             Case{"type=registry", "tag is needed when pushing to registry", "--tag"},
             Case{"type=image,push=true", "tag is needed when pushing to registry", "--tag"},
             Case{"\"type=local", "a quote is not closed", ""},
         }) {
        try {
            read_outputs(with_outputs({text}), false);
            ADD_FAILURE() << text << " must be refused";
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ExitCode::usage) << text;
            EXPECT_THAT(error.what(), HasSubstr(what)) << text;
            EXPECT_THAT(error.hint(), HasSubstr(hint)) << text;
        }
    }
}

TEST(OutputTest, ArchivesWithoutDestinationGoToStandardOutput) {
    for (const auto *type : {"type=tar", "type=oci"})
        EXPECT_EQ(read_outputs(with_outputs({type}), false).front().destination, "-") << type;
}

TEST(OutputTest, OutputsOfFilesHaveNoImageId) {
    for (const auto *output : {"type=local,dest=d", "-"}) {
        auto options = with_outputs({output});
        options.iid_file = "id";
        EXPECT_THROW(read_outputs(options, false), Error) << output;
    }
}

TEST(OutputTest, OnlyOneGoesToStandardOutput) {
    EXPECT_THROW(read_outputs(with_outputs({"-", "type=oci,dest=-"}), false), Error);
}

} // namespace
} // namespace berth::job
