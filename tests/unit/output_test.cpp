#include "berth/build/output.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::build {
namespace {

using ::testing::HasSubstr;

BuildOptions with_outputs(std::vector<std::string> outputs, std::vector<std::string> tags = {}) {
    BuildOptions options;
    options.outputs = std::move(outputs);
    options.tags = std::move(tags);
    return options;
}

std::string one(const std::string &text, std::vector<std::string> tags = {}) {
    auto outputs = read_outputs(with_outputs({text}, tags), false);
    return outputs.size() == 1 ? buildctl_output(outputs.front(), tags) : "not one output";
}

TEST(OutputTest, ReadsEveryForm) {
    struct Case {
        const char *text, *buildctl;
    };
    for (auto [text, buildctl] : {
             Case{"out", "type=local,dest=out"},
             Case{"type=local,dest=out/dir", "type=local,dest=out/dir"},
             Case{"-", "type=tar,dest=-"},
             Case{"type=tar,dest=x.tar", "type=tar,dest=x.tar"},
             Case{"type=oci,dest=x.tar,compression=zstd",
                  "type=oci,name=app,compression=zstd,dest=x.tar"},
             Case{"type=docker", "type=docker,name=app"},
             Case{"type=image,push=true", "type=image,name=app,push=true"},
             Case{"type=image,name=other,push=true", "type=image,name=other,push=true"},
             Case{"type=registry", "type=image,name=app,push=true"},
             Case{R"(type=image,"name=a,b",push=false)", R"(type=image,"name=a,b",push=false)"},
         })
        EXPECT_EQ(one(text, {"app"}), buildctl) << text;
}

TEST(OutputTest, QuotesSeveralTags) {
    EXPECT_EQ(one("type=docker", {"a:1", "b:2"}), R"(type=docker,"name=a:1,b:2")");
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
    EXPECT_EQ(buildctl_output(outputs.front(), options.tags), "type=image,name=app,push=true");
}

TEST(OutputTest, DefaultLoadCountsOnlyWithoutAnyOutput) {
    EXPECT_EQ(read_outputs(with_outputs({}), true).size(), 1u);
    EXPECT_TRUE(read_outputs(with_outputs({}), false).empty());
    EXPECT_EQ(read_outputs(with_outputs({"type=cacheonly"}), true).size(), 1u);
}

TEST(OutputTest, CacheonlyIsAnOutputThatIsNotExported) {
    EXPECT_FALSE(read_outputs(with_outputs({"type=cacheonly"}), false).front().exported());
    EXPECT_TRUE(read_outputs(with_outputs({"type=image"}), false).front().exported());
}

TEST(OutputTest, RefusesWithTheValueAndWhatToDo) {
    struct Case {
        const char *text, *what, *hint;
    };
    for (auto [text, what, hint] : {
             Case{"type=dcoker", "unknown output type \"dcoker\"", "did you mean type=docker?"},
             Case{"dest=x,a=b", "type is required", "type="},
             Case{"type=local", "dest is required for local output", "dest=DIR"},
             Case{"type=local,dest=-", "cannot go to standard output", "type=tar"},
             Case{"type=image,push", "'push' is no key=value", ""},
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

TEST(OutputTest, FilesHaveNoImageId) {
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
} // namespace berth::build
