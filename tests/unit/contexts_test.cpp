// SPDX-License-Identifier: Apache-2.0
// The contexts of a build in the request to BuildKit.
#include "berth/job/context_source.hpp"
#include "berth/job/contexts.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace berth::job {
namespace {

using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::Pair;
using ::testing::StartsWith;

// Standard input that returns three bytes at a time.
Input input(std::string text) {
    return [text = std::move(text)](char *buffer, std::size_t size) mutable {
        auto count = std::min({text.size(), size, std::size_t{3}});
        std::memcpy(buffer, text.data(), count);
        text.erase(0, count);
        return count;
    };
}

class ContextsTest : public ::testing::Test {
  protected:
    ContextsTest() { tree.file("app/Dockerfile", "FROM scratch\n"); }

    Contexts read(const std::string &path, const std::string &file = "",
                  const std::vector<std::string> &named = {}, const std::string &stdin_text = "") {
        context = read_context(path, file, input(stdin_text));
        BuildOptions options{.context = path, .file = file, .build_contexts = named};
        return contexts_of(context, read_named_contexts(named), options, "client");
    }
    std::string path(const std::string &name) { return (tree / name).string(); }

    test::TemporaryTree tree;
    context::LocalContext context;
};

TEST_F(ContextsTest, ADirectory) {
    auto contexts = read(path("app"));
    EXPECT_THAT(contexts.attributes, ElementsAre(Pair("filename", "Dockerfile")));
    EXPECT_THAT(contexts.directories,
                ElementsAre(Pair("context", path("app")), Pair("dockerfile", path("app"))));
    EXPECT_NE(contexts.shared_key, "");
}

TEST_F(ContextsTest, ADockerfileElsewhere) {
    tree.file("other/My.dockerfile", "FROM scratch\n");
    auto contexts = read(path("app"), path("other/My.dockerfile"));
    EXPECT_THAT(contexts.attributes, ElementsAre(Pair("filename", "My.dockerfile")));
    EXPECT_EQ(contexts.directories.at("dockerfile"), path("other"));
}

TEST_F(ContextsTest, ADockerfileOnStandardInput) {
    auto contexts = read(path("app"), "-", {}, "FROM busybox\n");
    EXPECT_THAT(contexts.attributes,
                ElementsAre(Pair("dockerfilekey", "dockerfile"), Pair("filename", "Dockerfile")));
    EXPECT_EQ(contexts.directories.at("context"), path("app"));
    EXPECT_EQ(read_file(contexts.directories.at("dockerfile") / "Dockerfile"), "FROM busybox\n");

    auto alone = read("-", "", {}, "FROM busybox\n");
    EXPECT_TRUE(std::filesystem::is_empty(alone.directories.at("context")));
}

TEST_F(ContextsTest, AnArchiveOnStandardInputIsReadOnRequest) {
    auto archive = std::string("\x1f\x8b\x08") + std::string(5000, 'x');
    auto contexts = read("-", "sub/Dockerfile", {}, archive);
    EXPECT_THAT(contexts.attributes, ElementsAre(Pair("context", StartsWith("http://")),
                                                 Pair("filename", "sub/Dockerfile")));
    EXPECT_TRUE(contexts.directories.empty());
    std::string came;
    char buffer[100];
    while (auto count = context.archive(buffer, sizeof buffer))
        came.append(buffer, count);
    EXPECT_EQ(came, archive);
}

TEST_F(ContextsTest, AnAddress) {
    auto contexts = read("https://example.com/x.git#main:sub", "d/Dockerfile");
    EXPECT_THAT(contexts.attributes,
                ElementsAre(Pair("context", "https://example.com/x.git#main:sub"),
                            Pair("filename", "d/Dockerfile")));
    EXPECT_TRUE(contexts.directories.empty());

    contexts = read("https://example.com/x.git?branch=main", path("app/Dockerfile"));
    EXPECT_EQ(contexts.attributes.at("dockerfilekey"), "dockerfile") << "a file of this side";
    EXPECT_EQ(contexts.directories.at("dockerfile"), path("app"));
    EXPECT_EQ(contexts.attributes.at("frontend.caps"), "moby.buildkit.frontend.gitquerystring");
}

TEST_F(ContextsTest, NamedContexts) {
    tree.folder("more");
    auto contexts = read(path("app"), "",
                         {"more=" + path("more"), "context=" + path("app"),
                          "base=docker-image://busybox", "src=https://example.com/x.git?ref=a"});
    EXPECT_EQ(contexts.attributes.at("context:more"), "local:more");
    EXPECT_EQ(contexts.attributes.at("context:context"), "local:_context");
    EXPECT_EQ(contexts.attributes.at("context:base"), "docker-image://busybox");
    EXPECT_EQ(contexts.attributes.at("frontend.caps"),
              "moby.buildkit.frontend.contexts+forward,"
              "moby.buildkit.frontend.gitquerystring+forward");
    EXPECT_THAT(contexts.directories,
                ElementsAre(Key("_context"), Key("context"), Key("dockerfile"), Key("more")));
    EXPECT_NE(contexts.attributes.at("sharedkey:localdir:more"),
              contexts.attributes.at("sharedkey:localdir:context"));
}

TEST_F(ContextsTest, TheIgnoreFileOfANamedContextIsLeftToBuildKit) {
    tree.file("more/.dockerignore", "[bad\n");
    EXPECT_NO_THROW(read(path("app"), "", {"more=" + path("more")}));
    auto named = read_named_contexts({"more=" + path("more")});
    EXPECT_THROW(context::list_files(named.at("more")), Error);
}

TEST_F(ContextsTest, RefusesInvalidContexts) {
    for (const auto *bad : {"name", "=value", "name="})
        EXPECT_THROW(read_named_context(bad), Error) << bad;
    EXPECT_THROW(read(path("app"), "", {"x=" + path("missing")}), Error);
    EXPECT_THROW(read("-", "-", {}, "FROM scratch\n"), Error);
    EXPECT_THROW(read("-", "Dockerfile", {}, "FROM scratch\n"), Error) << "both are Dockerfiles";
    EXPECT_THROW(read("-", "", {}, ""), Error);
}

} // namespace
} // namespace berth::job
