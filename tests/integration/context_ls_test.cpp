// SPDX-License-Identifier: Apache-2.0
// The output of `berth context ls`, and builds that receive exactly the listed files.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>
#include <set>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ContextLsTest : public ::testing::Test {
  protected:
    ContextLsTest() {
        world.write("app/Dockerfile", "FROM scratch\nCOPY . /\n");
        world.write("app/.dockerignore",
                    "# what no build needs\nmodules\n**/*.log\n!src/keep.log\nsecret/*\n"
                    "!secret/public\n");
        world.write("app/src/main.c", std::string(1500, 'x'));
        world.write("app/src/keep.log", "hi\n");
        world.write("app/src/deep/x", std::string(10, 'x'));
        world.write("app/src/deep/run.log", std::string(2345678, 'x'));
        world.write("app/modules/a/one", std::string(4000, 'x'));
        world.write("app/modules/two", std::string(5000, 'x'));
        world.write("app/secret/key", "k\n");
        world.write("app/secret/public", "p\n");
        fs::create_symlink("src/main.c", world.path() / "app" / "link");
        fs::create_directory(world.folder("app/empty"));
    }
    // Every path below a directory but directories.
    static std::set<std::string> files(const fs::path &folder) {
        std::set<std::string> found;
        for (const auto &entry : fs::recursive_directory_iterator(folder))
            if (entry.is_symlink() || !entry.is_directory())
                found.insert(entry.path().lexically_relative(folder).string());
        return found;
    }
    nlohmann::json listing() {
        auto result = world.berth({"context", "ls", "--format", "json", world.folder("app")});
        EXPECT_EQ(result.code, 0) << result.err;
        return nlohmann::json::parse(result.out);
    }
    World world;
};

TEST_F(ContextLsTest, PrintsSizesRulesAndSums) {
    auto result = world.berth({"context", "ls", world.folder("app")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out, "SENT            SIZE\n"
                          ".dockerignore   77B\n"
                          "Dockerfile      22B\n"
                          "link            0B\n"
                          "secret/public   2B\n"
                          "src/deep/x      10B\n"
                          "src/keep.log    3B\n"
                          "src/main.c      1.5kB\n"
                          "\n"
                          "EXCLUDED           SIZE      RULE\n"
                          "modules/           9kB       .dockerignore:2: modules\n"
                          "secret/key         2B        .dockerignore:5: secret/*\n"
                          "src/deep/run.log   2.35MB    .dockerignore:3: **/*.log\n"
                          "\n"
                          "DIRECTORY   FILES     SIZE      EXCLUDED\n"
                          ".           7         1.61kB    2.35MB\n"
                          "empty       0         0B        0B\n"
                          "secret      1         2B        2B\n"
                          "src         3         1.51kB    2.35MB\n"
                          "src/deep    1         10B       2.35MB\n");
    auto here = run({"sh", "-c", "cd \"$1\" && exec \"$2\" context ls", "sh", world.folder("app"),
                     BERTH_PROGRAM},
                    world.variables());
    EXPECT_EQ(here.out, result.out) << "the working directory without a PATH";
}

// A Dockerfile's own ignore file replaces that of the context.
TEST_F(ContextLsTest, TheDockerfilesOwnIgnoreFile) {
    world.write("app/release.Dockerfile", "FROM scratch\nCOPY . /\n");
    world.write("app/release.Dockerfile.dockerignore", "*\n!src/main.c\n");
    auto result = world.berth(
        {"context", "ls", "-f", world.folder("app/release.Dockerfile"), world.folder("app")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("release.Dockerfile.dockerignore:1: *\n"));
    EXPECT_THAT(result.out, HasSubstr("\nsrc/main.c "));
    EXPECT_EQ(count(result.out, " .dockerignore:"), 0u) << result.out;
}

TEST_F(ContextLsTest, JsonHasTheSame) {
    auto found = listing();
    std::uint64_t sent = 0, excluded = 0;
    for (const auto &entry : found["Sent"])
        sent += entry["Size"].get<std::uint64_t>();
    for (const auto &entry : found["Excluded"])
        excluded += entry["Size"].get<std::uint64_t>();
    EXPECT_EQ(sent, 1614u);
    EXPECT_EQ(excluded, 2354680u);
    const auto &whole = found["Directories"].at(0);
    EXPECT_EQ(whole["Path"], ".");
    EXPECT_EQ(whole["Size"], sent);
    EXPECT_EQ(whole["Excluded"], excluded);
    const auto &modules = found["Excluded"].at(0);
    EXPECT_EQ(modules["Path"], "modules");
    EXPECT_EQ(modules["Type"], "directory");
    EXPECT_EQ(modules["Files"], 2);
    EXPECT_EQ(modules["Rule"],
              nlohmann::json({{"File", ".dockerignore"}, {"Line", 2}, {"Pattern", "modules"}}));
}

// The list equals the files of a build by berth, and by docker buildx.
TEST_F(ContextLsTest, ABuildGetsWhatIsListed) {
    auto builder = world.builder("listed");
    auto build = [&](bool ours) {
        auto out = world.folder(ours ? "ours" : "theirs");
        std::vector<std::string> words = {"build", "--builder", builder,
                                          "-o",    out,         world.folder("app")};
        auto result = ours ? world.berth(words) : world.peer(words);
        EXPECT_EQ(result.code, 0) << result.err;
        return files(out);
    };
    std::set<std::string> listed;
    auto all = listing();
    for (const auto &entry : all["Sent"])
        if (entry["Type"] != "directory")
            listed.insert(entry["Path"].get<std::string>());
    EXPECT_EQ(build(true), listed);
    EXPECT_EQ(build(false), listed);
    EXPECT_TRUE(fs::is_directory(world.folder("ours/empty")));
}

TEST_F(ContextLsTest, RefusesInvalidDirectoriesAndFormats) {
    auto missing = world.berth({"context", "ls", world.folder("nothing")});
    EXPECT_EQ(missing.code, 1);
    EXPECT_EQ(missing.err.find("ERROR: unable to prepare context: path \""), 0u) << missing.err;
    EXPECT_THAT(missing.err, HasSubstr("nothing\" not found; write the path"));
    EXPECT_EQ(missing.out, "");
    auto format = world.berth({"context", "ls", "--format", "yaml", world.folder("app")});
    EXPECT_EQ(format.code, 2);
    EXPECT_THAT(format.err, HasSubstr("invalid format \"yaml\"; use table or json"));
}

} // namespace
} // namespace berth::test
