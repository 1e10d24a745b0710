// SPDX-License-Identifier: Apache-2.0
// `berth bake ADDRESS`: definitions in a git repository, in an archive and in a file that a server
// offers, beside docker buildx.
#include "berth/util/file.hpp"

#include "support.hpp"

#include <filesystem>
#include <memory>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *site = "http://127.0.0.1:21483/";

class BakeRemoteTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = std::make_unique<World>();
        // --allow of a directory that does not exist grants nothing, as with docker buildx.
        std::filesystem::create_directories(world->folder("out"));
        write_repository();
        serve();
        builder = world->builder("far", {"--driver-opt", "network=host"});
    }
    static void TearDownTestSuite() { world.reset(); }

    static void write_repository() {
        world->write("repo/docker-bake.hcl", R"(
group "default" { targets = ["whole", "part"] }
target "whole" { output = ["type=cacheonly"] }
target "part" {
  context = "sub"
  contexts = { other = "other", all = "." }
}
target "here" {
  context = BAKE_CMD_CONTEXT
  dockerfile = "cwd://local.Dockerfile"
}
target "outside" {
  context = "cwd://."
}
)");
        world->write("repo/more.hcl", "target \"part\" { labels = { more = \"yes\" } }\n");
        world->write("repo/Dockerfile", "FROM scratch\nCOPY Dockerfile /whole\n");
        world->write("repo/sub/Dockerfile", "FROM scratch\nCOPY f /\nCOPY --from=other g /\n"
                                            "COPY --from=all Dockerfile /\n");
        world->write("repo/sub/f", "f of the repository\n");
        world->write("repo/other/g", "g of the repository\n");
        git({"init", "--quiet", "--initial-branch", "main"});
        git({"add", "."});
        git({"commit", "--quiet", "--message", "x"});
        git({"tag", "v1"});
        auto bare = world->folder("site/repo.git");
        git({"clone", "--quiet", "--bare", ".", bare});
        run({"git", "-C", bare, "update-server-info"});
        run({"tar", "-C", world->folder("repo"), "-cf", world->folder("site") + "/repo.tar", "."});
        run({"cp", "-r", bare, world->folder("site/private.git")});
        world->write("site/httpd.conf", "/private.git:x-access-token:t0kenvalue\n");
        world->write("site/single.hcl", "target \"default\" { context = \"files\" }\n");
    }
    static void git(std::vector<std::string> words) {
        words.insert(words.begin(), {"git", "-C", world->folder("repo"), "-c", "user.name=a", "-c",
                                     "user.email=a@b"});
        auto result = run(words);
        ASSERT_EQ(result.code, 0) << result.err;
    }
    static void serve() {
        ASSERT_EQ(
            docker({"run", "--detach", "--name", world->name("site"), "--network", "host",
                    "--volume", world->folder("site") + ":/site:ro", "--entrypoint", "sh",
                    "busybox", "-c", "httpd -f -p 127.0.0.1:21483 -h /site -c /site/httpd.conf"})
                .code,
            0);
    }

    // In a directory of its own, with a Dockerfile and a file.
    static Result bake(const std::string &program, std::vector<std::string> words,
                       Variables variables = {}) {
        auto work = world->folder("work");
        world->write("work/local.Dockerfile", "FROM scratch\nCOPY h /\n");
        world->write("work/h", "h of this machine\n");
        world->write("work/extra.hcl", "target \"part\" { labels = { extra = \"yes\" } }\n");
        world->write("work/files/Dockerfile", "FROM scratch\nCOPY Dockerfile /single\n");
        std::vector<std::string> argv = {"sh",        "-c",    "cd \"$0\" && exec \"$@\"",
                                         work,        program, "bake",
                                         "--builder", builder, "--progress",
                                         "plain"};
        argv.insert(argv.end(), words.begin(), words.end());
        for (auto &[name, value] : world->variables())
            variables.emplace(name, value);
        return run(argv, variables);
    }
    static Result berth(const std::vector<std::string> &words, const Variables &variables = {}) {
        return bake(BERTH_PROGRAM, words, variables);
    }
    static Result peer(const std::vector<std::string> &words, const Variables &variables = {}) {
        return bake(std::getenv("BERTH_PEER"), words, variables);
    }
    static void expect_same_print(std::vector<std::string> words) {
        words.emplace_back("--print");
        auto own = berth(words), theirs = peer(words);
        ASSERT_EQ(theirs.code, 0) << theirs.err;
        EXPECT_EQ(own.code, 0) << own.err;
        EXPECT_EQ(own.out, theirs.out);
    }
    static std::string file(const std::string &name) {
        return read_file_if_exists(world->path() / "out" / name).value_or("");
    }

    static std::unique_ptr<World> world;
    static std::string builder;
};

std::unique_ptr<World> BakeRemoteTest::world;
std::string BakeRemoteTest::builder;

TEST_F(BakeRemoteTest, PrintsAsDockerBuildx) {
    auto repository = std::string(site) + "repo.git";
    expect_same_print({repository});
    expect_same_print({repository + "#main", "part"});
    expect_same_print({repository + "#main", "here"});
    expect_same_print({"-f", "docker-bake.hcl", "-f", "more.hcl", "-f", "cwd://extra.hcl",
                       repository + "?ref=main", "part"});
    expect_same_print({repository, repository + "#main:other", "here"});
    expect_same_print({std::string(site) + "single.hcl"});
}

TEST_F(BakeRemoteTest, GitsAdviceIsShownWhereItIsWanted) {
    auto repository = std::string(site) + "repo.git?tag=v1&keep-git-dir=true";
    for (const std::string wanted : {"", "0", "1"}) {
        world->berth({"prune", "--all", "--force", "--builder", builder});
        auto printed = berth({"--print", repository}, {{"BUILDX_BAKE_GIT_ADVICE", wanted}});
        ASSERT_EQ(printed.code, 0) << printed.err;
        EXPECT_EQ(printed.err.find("detached HEAD") != std::string::npos, wanted == "1")
            << printed.err;
    }
}

TEST_F(BakeRemoteTest, BuildsWhatIsInARepository) {
    auto words = [](const std::string &output) {
        return std::vector<std::string>{"--set", "part.output=type=" + output,
                                        std::string(site) + "repo.git#main"};
    };
    auto image = world->image("part");
    ASSERT_EQ(peer(words("docker,name=" + image)).code, 0);
    auto theirs = image_id(image);
    docker({"image", "rm", image});
    auto built = berth(words("docker,name=" + image));
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(image_id(image), theirs);
    // With or without the name of a target that reads it, too, as with docker buildx.
    EXPECT_THAT(built.err, AllOf(HasSubstr("internal] load git source " + std::string(site)),
                                 HasSubstr("set context to sub")));
    built = berth({"--allow", "fs.write=" + world->folder("out"), "--set",
                   "part.output=type=local,dest=" + world->folder("out"),
                   std::string(site) + "repo.git#main", "part"});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(file("f"), "f of the repository\n");
    EXPECT_EQ(file("g"), "g of the repository\n");
}

TEST_F(BakeRemoteTest, BuildsFromAnArchiveAndFromASingleFile) {
    auto output = "*.output=type=local,dest=" + world->folder("out");
    auto allow = "fs.write=" + world->folder("out");
    auto built =
        berth({"--allow", allow, "--set", output, std::string(site) + "repo.tar", "whole"});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_THAT(file("whole"), HasSubstr("COPY Dockerfile /whole"));
    built = berth({"--allow", allow, "--set", output, std::string(site) + "repo.tar", "part"});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(file("g"), "g of the repository\n");
    built = berth({"--allow", allow, "--set", output, std::string(site) + "single.hcl"});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_THAT(file("single"), HasSubstr("COPY Dockerfile /single"));
}

TEST_F(BakeRemoteTest, TheWorkingDirectoryIsAContextThatIsAskedFor) {
    auto repository = std::string(site) + "repo.git";
    auto built = berth({"--allow", "fs.write=" + world->folder("out"), "--set",
                        "*.output=type=local,dest=" + world->folder("out"), repository, "here"});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(file("h"), "h of this machine\n");
    world->write("work/Dockerfile", "FROM scratch\n");
    for (const auto &refused : {berth({repository, "outside"}), peer({repository, "outside"})}) {
        EXPECT_EQ(refused.code, 1);
        EXPECT_THAT(refused.err, HasSubstr("reading a dockerfile for a remote build invocation is "
                                           "currently not supported"));
    }
    std::filesystem::remove(world->path() / "work/Dockerfile");
}

TEST_F(BakeRemoteTest, WhatIsNotThereIsAnError) {
    for (const auto &[address, said] : {std::pair{"none.git", "none.git"}, {"none.hcl", "404"}}) {
        auto result = berth({std::string(site) + address});
        EXPECT_EQ(result.code, 1);
        EXPECT_THAT(result.err,
                    AllOf(HasSubstr("ERROR: failed to read the definition at "), HasSubstr(said)));
    }
    auto result = berth({"-f", "none.hcl", std::string(site) + "repo.git"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("none.hcl"));
    result = berth({std::string(site) + "repo.git#main:sub"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("couldn't find a bake definition"));
}

// The whole repository is a context that is fetched again, a directory is a part of the first.
TEST_F(BakeRemoteTest, ATokenOpensARepositoryAndIsShownNowhere) {
    auto address = std::string(site) + "private.git#main";
    auto refused = berth({address});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("failed to read the definition at"));
    auto metadata = world->folder("m.json");
    auto result = berth({"--allow", "fs.write=" + metadata, "--metadata-file", metadata, address},
                        {{"BUILDX_BAKE_GIT_AUTH_TOKEN", "t0kenvalue"}, {"DEBUG", "1"}});
    ASSERT_EQ(result.code, 0) << result.err;
    auto with_password = "http://user:s3cr3tpass@127.0.0.1:21483/repo.git#main";
    auto other = berth({with_password, "part"}, {{"DEBUG", "1"}});
    ASSERT_EQ(other.code, 0) << other.err;
    // BuildKit's frontend names an address that is a context as it is; berth's own step does not.
    auto record = world->peer({"history", "logs", "--builder", builder});
    EXPECT_THAT(record.err + record.out, HasSubstr("load git source http://user:xxxxx@"));
    auto hidden = AllOf(Not(HasSubstr("s3cr3tpass")), Not(HasSubstr("t0kenvalue")));
    for (const auto &text :
         {result.err, result.out, other.err, other.out, read_file_if_exists(metadata).value_or("")})
        EXPECT_THAT(text, hidden);
    auto store = std::filesystem::path(world->variables().at("BUILDX_CONFIG"));
    for (const auto &entry : std::filesystem::recursive_directory_iterator(store))
        if (entry.is_regular_file()) {
            EXPECT_THAT(read_file_if_exists(entry.path()).value_or(""), hidden) << entry.path();
        }
}

TEST_F(BakeRemoteTest, TheBuildsOfABakeAreNotedAsOne) {
    auto groups = [] {
        auto folder = std::filesystem::path(world->variables().at("BUILDX_CONFIG")) / "refs";
        std::map<std::string, json> found;
        for (const auto &entry : std::filesystem::directory_iterator(folder / "__group__"))
            found[entry.path().filename()] = json::parse(*read_file_if_exists(entry.path()));
        return found;
    };
    auto noted = [&](const std::string &program) {
        auto metadata = world->folder("group.json");
        std::filesystem::remove_all(std::filesystem::path(world->variables().at("BUILDX_CONFIG")) /
                                    "refs/__group__");
        auto result = bake(program, {"--allow", "fs.write=" + metadata, "--metadata-file", metadata,
                                     std::string(site) + "repo.git#main"});
        EXPECT_EQ(result.code, 0) << result.err;
        auto builds = json::parse(read_file_if_exists(metadata).value_or("null"));
        auto all = groups();
        EXPECT_EQ(all.size(), 1u);
        auto [id, group] = *all.begin();
        std::string notes = group["Targets"].dump() + "\n";
        for (const std::string name : {"part", "whole"}) {
            auto ref = builds[name]["buildx.build.ref"].get<std::string>();
            auto short_ref = ref.substr(ref.rfind('/') + 1);
            EXPECT_THAT(group["Refs"], ::testing::Contains(short_ref));
            auto note = json::parse(*read_file_if_exists(
                std::filesystem::path(world->variables().at("BUILDX_CONFIG")) / "refs" / ref));
            EXPECT_EQ(note["GroupRef"], id);
            note.erase("GroupRef");
            notes += note.dump() + "\n";
        }
        return notes;
    };
    EXPECT_EQ(noted(BERTH_PROGRAM), noted(std::getenv("BERTH_PEER")));
}

} // namespace
} // namespace berth::test
