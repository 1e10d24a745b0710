// SPDX-License-Identifier: Apache-2.0
// The rule for make that --deps writes.
#include "berth/job/deps.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace berth::job {
namespace {

class DepsTest : public ::testing::Test {
  protected:
    void write(const std::string &name, const std::string &content) {
        auto path = directory.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }
    std::string rule(BuildOptions options, const std::vector<Output> &outputs = {}) {
        auto shown = options.context;
        auto context = context::read_local_context((directory.path() / shown).string(), "");
        return make_rule(options, outputs, context, {});
    }
    test::TemporaryDirectory directory;
};

TEST_F(DepsTest, NamesFilesThatDockerignoreKeeps) {
    write("app/Dockerfile", "FROM scratch\n");
    write("app/.dockerignore", "out\n");
    write("app/src/a b#$.c", "");
    write("app/out/x", "");
    write("app/self.d", "");
    write("app/self.iid", "");
    EXPECT_EQ(rule({.context = "app", .iid_file = "app/self.iid", .deps_file = "app/./self.d"})
                  .find("self.", 12),
              std::string::npos)
        << "what the build writes itself";
    std::filesystem::remove(directory.path() / "app/self.d");
    std::filesystem::remove(directory.path() / "app/self.iid");
    EXPECT_EQ(
        rule({.context = "app", .iid_file = "app.iid", .deps_file = "app.d"}),
        "app.iid: \\\n  app/. \\\n  app/.dockerignore \\\n  app/Dockerfile \\\n  app/src/. \\\n"
        "  app/src/a\\ b\\#$$.c\n"
        "\napp/.:\n\napp/.dockerignore:\n\napp/Dockerfile:\n\napp/src/.:\n"
        "\napp/src/a\\ b\\#$$.c:\n");
}

// A directory's time would change with each build.
TEST_F(DepsTest, OmitsDirectoriesThatTheBuildWritesInto) {
    write("app/Dockerfile", "FROM scratch\n");
    write("app/src/x", "");
    write("app/out/x", "");
    auto folders = [this](BuildOptions options, const std::vector<Output> &outputs) {
        options.context = "app";
        std::vector<std::string> found;
        for (const auto *folder : {"app/.", "app/out/.", "app/src/."})
            if (rule(options, outputs).find(std::string("  ") + folder) != std::string::npos)
                found.emplace_back(folder);
        return found;
    };
    using ::testing::ElementsAre;
    EXPECT_THAT(folders({.deps_file = "d"}, {}), ElementsAre("app/.", "app/out/.", "app/src/."));
    EXPECT_THAT(folders({.deps_file = "app/d"}, {}), ElementsAre("app/out/.", "app/src/."));
    EXPECT_THAT(folders({.iid_file = "app/./src/../src/i", .deps_file = "d"}, {}),
                ElementsAre("app/.", "app/out/."));
    auto whole = (std::filesystem::current_path() / "app/src/d").string();
    EXPECT_THAT(folders({.deps_file = whole}, {}), ElementsAre("app/.", "app/out/."));
    EXPECT_THAT(folders({.deps_file = "d"},
                        {{.type = "tar", .destination = "app/out/r.tar", .attributes = {}}}),
                ElementsAre("app/.", "app/src/."));
}

TEST_F(DepsTest, TheTargetIsAnOutputOfTheBuild) {
    write("app/Dockerfile", "FROM scratch\n");
    auto target = [this](BuildOptions options, const std::vector<Output> &outputs) {
        options.context = "app";
        options.deps_file = "d";
        auto text = rule(options, outputs);
        return text.substr(0, text.find(':'));
    };
    std::vector<Output> outputs = {{.type = "image", .destination = {}, .attributes = {}},
                                   {.type = "local", .destination = "out", .attributes = {}}};
    EXPECT_EQ(target({.metadata_file = "m", .iid_file = "i"}, outputs), "i");
    EXPECT_EQ(target({.metadata_file = "m"}, outputs), "m");
    EXPECT_EQ(target({}, outputs), "out");
    EXPECT_EQ(target({}, {}), "d");
}

} // namespace
} // namespace berth::job
