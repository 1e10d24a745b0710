// SPDX-License-Identifier: Apache-2.0
// The same files give the same image, however they came here and however they are given to a build.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <set>

namespace berth::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using Words = std::vector<std::string>;

class SameAnswerTest : public ::testing::Test {
  protected:
    // The image's ID, of a build that finds nothing in the cache. Only the times of files differ
    // from build to build otherwise.
    std::string image_of(const std::string &folder) {
        auto file = world.folder("id");
        world.berth({"prune", "--builder", builder, "--all", "--force"});
        auto built = world.berth({"build", "--builder", builder, "--provenance=false", "--iidfile",
                                  file, "-o", "type=image,push=false,rewrite-timestamp=true",
                                  world.folder(folder)},
                                 {{"SOURCE_DATE_EPOCH", "1700000000"}});
        EXPECT_EQ(built.code, 0) << built.err;
        return read_file(file);
    }
    // The files below `folder`, an output of a build.
    std::set<std::string> files(const std::string &folder) {
        std::set<std::string> names;
        for (const auto &entry :
             std::filesystem::recursive_directory_iterator(world.folder(folder)))
            if (entry.is_regular_file())
                names.insert(entry.path().lexically_relative(world.folder(folder)));
        return names;
    }
    World world;
    std::string builder = world.builder("same");
};

TEST_F(SameAnswerTest, AWorkspaceThatWasRestoredWithItsTimes) {
    world.write("app/Dockerfile", "FROM busybox\nCOPY . /app/\n");
    world.write("app/dir/file", "one");
    world.write("app/run", "two", 0755);
    std::filesystem::create_symlink("dir/file", world.folder("app/link"));
    for (const auto *name : {"app/Dockerfile", "app/dir/file", "app/run", "app/dir", "app"})
        ASSERT_EQ(run({"touch", "-d", "2020-01-02 03:04:05.123456789", world.folder(name)}).code,
                  0);
    auto original = image_of("app");
    ASSERT_EQ(run({"cp", "-a", world.folder("app"), world.folder("copy")}).code, 0);
    EXPECT_EQ(image_of("copy"), original);
    // As a cache of a CI service does it.
    ASSERT_EQ(
        run({"tar", "-C", world.folder("app"), "--format=pax", "-cf", world.folder("app.tar"), "."})
            .code,
        0);
    std::filesystem::remove_all(world.folder("app"));
    std::filesystem::create_directory(world.folder("app"));
    ASSERT_EQ(run({"tar", "-C", world.folder("app"), "-xpf", world.folder("app.tar")}).code, 0);
    EXPECT_EQ(image_of("app"), original);
}

// In whole seconds, which images have.
TEST_F(SameAnswerTest, AChangedModeChangesNoTime) {
    world.write("app/Dockerfile", "FROM scratch\nCOPY file /\n");
    world.write("app/file", "one");
    ASSERT_EQ(run({"touch", "-d", "2020-01-02 03:04:05.123456789", world.folder("app/file")}).code,
              0);
    Words seen;
    for (const char *mode : {"644", "755", "600"}) {
        ASSERT_EQ(run({"chmod", mode, world.folder("app/file")}).code, 0);
        auto built = world.berth(
            {"build", "--builder", builder, "-o", world.folder("out"), world.folder("app")});
        ASSERT_EQ(built.code, 0) << built.err;
        seen.emplace_back(trim(run({"stat", "-c", "%a %Y", world.folder("out/file")}).out));
    }
    EXPECT_THAT(seen, ElementsAre("644 1577934245", "755 1577934245", "600 1577934245"));
}

TEST_F(SameAnswerTest, IgnoredFilesOnEveryWayOfAContext) {
    const std::string ignored =
        "# comment\n*.log\n!keep.log\n/secret\nnode_modules\n**/deep/*.tmp\n!a/deep/keep.tmp\n";
    for (const auto *name : {"file", "a.log", "keep.log", "secret", "sub/secret", "node_modules/x",
                             "sub/node_modules/x", "a/deep/b.tmp", "a/deep/keep.tmp", "a/deep/c"})
        world.write(std::string("files/") + name, name);
    world.write("files/.dockerignore", ignored);
    world.write("files/Dockerfile", "FROM scratch\nCOPY . /\n");
    world.write("elsewhere/Dockerfile", "FROM scratch\nCOPY . /\n");
    world.write("elsewhere/Named", "FROM scratch\nCOPY --from=named . /\n");
    world.write("elsewhere/docker-bake.json",
                R"({"target":{"default":{"context":")" + world.folder("files") + R"("}}})");
    const std::vector<std::pair<std::string, Words>> ways = {
        {"directory", {"build", world.folder("files")}},
        {"other Dockerfile",
         {"build", "-f", world.folder("elsewhere/Dockerfile"), world.folder("files")}},
        {"named",
         {"build", "-f", world.folder("elsewhere/Named"), "--build-context",
          "named=" + world.folder("files"), world.folder("elsewhere")}},
        {"replaced",
         {"build", "--build-context", "context=" + world.folder("files"), world.folder("files")}},
        {"bake", {"bake", "--allow=fs=*", "-f", world.folder("elsewhere/docker-bake.json")}}};
    for (const auto &[name, words] : ways) {
        auto theirs = "their " + name, ours = "our " + name;
        auto command = [&](const std::string &folder) {
            auto all = words;
            bool bake = all.front() == "bake";
            all.insert(all.begin() + 1,
                       {"--builder", builder, bake ? "--set" : "-o",
                        (bake ? "*.output=type=local,dest=" : "") + world.folder(folder)});
            return all;
        };
        auto peer = world.peer(command(theirs));
        ASSERT_EQ(peer.code, 0) << name << peer.err;
        auto berth = world.berth(command(ours));
        ASSERT_EQ(berth.code, 0) << name << berth.err;
        EXPECT_EQ(files(ours), files(theirs)) << name;
        EXPECT_EQ(files(ours).count("keep.log"), 1u) << name;
        EXPECT_EQ(files(ours).count("a.log"), 0u) << name;
    }
    // An archive has what it has.
    auto archive = run({"tar", "-C", world.folder("files"), "-c", "."}).out;
    auto sent = world.berth({"build", "--builder", builder, "-o", world.folder("archive"), "-"}, {},
                            archive);
    ASSERT_EQ(sent.code, 0) << sent.err;
    auto peer = world.peer(
        {"build", "--builder", builder, "-o", world.folder("their archive"), "-"}, {}, archive);
    ASSERT_EQ(peer.code, 0) << peer.err;
    EXPECT_EQ(files("archive"), files("their archive"));
}

} // namespace
} // namespace berth::test
