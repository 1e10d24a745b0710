// SPDX-License-Identifier: Apache-2.0
// `berth history` compared with docker buildx on one builder: lists line by line, documents byte by
// byte.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

class HistoryPeerTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = std::make_unique<World>();
        builder = world->builder("history");
        write_contexts();
        auto app = world->folder("app"), repository = world->folder("repository");
        both({"build", app});
        both({"build", "-f", app + "/deploy/Dockerfile.release", "--target", "two", "--no-cache",
              "--build-arg", "B=2", "--build-arg", "A=<1>&", "--label", "l=x", app});
        both({"build", "--platform", "linux/amd64,linux/arm64", "--output",
              "type=oci,dest=" + world->folder("image.tar"), "--provenance", "mode=max",
              "--add-host", "h:1.2.3.4", "--shm-size", "64m", "--ulimit", "nofile=10:20", app});
        both({"build", "--build-context", "other=" + app, repository});
        both({"build", "-f", app + "/Dockerfile.bad", app}, 1);
        both({"build", "--build-arg", "BUILDKIT_BUILD_NAME=a name of more than thirty-six letters",
              "--network", "none", app});
    }
    static void TearDownTestSuite() { world.reset(); }

    static void write_contexts() {
        world->write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        world->write("app/deploy/Dockerfile.release",
                     "FROM busybox AS one\nRUN echo one\nFROM one AS two\nRUN echo two\n");
        world->write("app/Dockerfile.bad", "FROM busybox\nRUN for i in 1 2 3 4 5 6 7 8 9 10 11 12 "
                                           "13 14 15 16 17 18 19; do echo line $i; done; \\\n"
                                           "    echo to stderr >&2; exit 7\n");
        auto folder = world->folder("repository");
        world->write("repository/Dockerfile", "FROM scratch\nCOPY --from=other Dockerfile /\n");
        run({"git", "init", "-q", folder});
        run({"git", "-C", folder, "remote", "add", "origin", "https://example.com/group/it.git"});
        run({"git", "-C", folder, "add", "."});
        run({"git", "-C", folder, "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "x"});
    }
    // Each build once by each program, since their attributes differ.
    static void both(const Words &words, int code = 0) {
        auto arguments = words;
        arguments.insert(arguments.begin() + 1, {"--builder", builder, "--progress", "quiet"});
        for (const auto &result : {world->berth(arguments), world->peer(arguments)})
            EXPECT_EQ(result.code, code) << join(words, " ") << result.err;
    }

    static Words history(Words words) {
        words.insert(words.begin(), {"--builder", builder, "history"});
        return words;
    }
    static Result ours(const Words &words) { return world->berth(history(words)); }
    static Result theirs(const Words &words) { return world->peer(history(words)); }

    static std::string without_ages(const std::string &text) {
        static const std::regex age(R"((\d+|About an?|Less than a) (seconds?|minutes?) ago *)");
        // The width of the column comes from the longest age.
        static const std::regex heading(R"((CREATED AT) +)");
        return std::regex_replace(std::regex_replace(text, age, "AGE "), heading, "$1 ");
    }
    static void expect_same(const Words &words) {
        auto mine = ours(words), other = theirs(words);
        EXPECT_EQ(mine.code, 0) << join(words, " ") << mine.err;
        EXPECT_EQ(other.code, 0) << join(words, " ") << other.err;
        EXPECT_EQ(replace_all(without_ages(mine.out), "berth history", "docker buildx history"),
                  // docker buildx has no heading for {{.FullRef}}
                  replace_all(without_ages(other.out), "<no value>", "FULL REF"))
            << join(words, " ");
    }
    static Words refs(const Words &filters = {}) {
        Words words = {"ls", "--format", "{{.Ref}}"};
        for (const auto &filter : filters)
            words.insert(words.end(), {"--filter", filter});
        auto out = ours(words).out;
        auto lines = split(out, '\n');
        lines.pop_back();
        return lines;
    }
    // Paths and contents of a bundle.
    static std::map<std::string, std::string> unpacked(const std::string &file) {
        auto folder = file + ".files";
        std::filesystem::create_directories(folder);
        EXPECT_EQ(run({"tar", "-xzf", file, "-C", folder}).code, 0);
        std::map<std::string, std::string> files;
        for (const auto &entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.is_regular_file()) {
                std::ifstream in(entry.path());
                files[entry.path().lexically_relative(folder)] = {
                    std::istreambuf_iterator<char>(in), {}};
            }
        return files;
    }

    static bool covers(const std::map<std::string, std::string> &all,
                       const std::map<std::string, std::string> &part) {
        return std::includes(all.begin(), all.end(), part.begin(), part.end());
    }
    // The references of a bundle's records in their order; a single record has none there. Removes
    // the indexes that list them, whose digests depend on the order within the records.
    static Words take_references(std::map<std::string, std::string> &files) {
        auto index = json::parse(files.at("index.json"));
        files.erase("index.json");
        auto first = index.at("manifests").at(0);
        if (first.at("mediaType") == "application/vnd.oci.image.index.v1+json") { // several records
            auto path = "blobs/sha256/" + first.at("digest").get<std::string>().substr(7);
            index = json::parse(files.at(path));
            files.erase(path);
        }
        Words references;
        for (const auto &record : index.at("manifests"))
            references.push_back(record.value("annotations", json::object())
                                     .value("vnd.buildkit.history.reference", ""));
        return references;
    }

    static std::unique_ptr<World> world;
    static std::string builder;
};

std::unique_ptr<World> HistoryPeerTest::world;
std::string HistoryPeerTest::builder;

TEST_F(HistoryPeerTest, ListsTheSameBuilds) {
    ASSERT_EQ(refs().size(), 12u);
    for (const auto &words : std::vector<Words>{
             {"ls"},
             {"ls", "--no-trunc"},
             {"ls", "--format", "json"},
             {"ls", "--format", "{{.Ref}} {{.FullRef}} {{.Name}} {{.Status}} {{.Link}}"},
             {"ls", "--format", "table {{.Name}}\\t{{.Duration}}\\t{{.FullRef}}"},
             {"ls", "--format", "{{json .}}"},
             {"ls", "--filter", "status=error"},
             {"ls", "--filter", "status!=completed"},
             {"ls", "--filter", "ref=" + refs().front().substr(0, 8)},
             {"ls", "--filter", "repository=group"},
             {"ls", "--filter", "repository!=https://example.com/group/it.git"},
             {"ls", "--filter", "startedAt>1h", "--filter", "status=completed"},
             {"ls", "--filter", "startedAt<1h"},
             {"ls", "--filter", "duration<1h"},
             {"ls", "--filter", "completedAt>2020-01-01T00:00:00Z"}})
        expect_same(words);
    EXPECT_EQ(refs({"startedAt>=1h"}), refs()); // docker buildx does not know >=
    auto folder = world->folder("repository");
    auto local = run({"sh", "-c", "cd \"$0\" && exec \"$@\"", folder, BERTH_PROGRAM, "--builder",
                      builder, "history", "ls", "--local", "--format", "{{.Ref}}"},
                     world->variables());
    EXPECT_EQ(split(local.out, '\n').size(), 3u) << local.err; // two builds
}

TEST_F(HistoryPeerTest, InspectsTheSame) {
    for (const auto &ref : refs()) {
        expect_same({"inspect", ref});
        expect_same({"inspect", "--format",
                     "{{.Name}} {{.Status}} {{.NumTotalSteps}} "
                     "{{.Duration}} {{.Config.Network}}",
                     ref});
        auto mine = ours({"inspect", "--format", "json", ref}).out;
        auto other = theirs({"inspect", "--format", "json", ref}).out;
        // The stack of docker buildx's own process is in it.
        static const std::regex stack("\"Stack\": \"[^\"]*\"");
        EXPECT_EQ(std::regex_replace(mine, stack, ""), std::regex_replace(other, stack, ""));
    }
    for (const auto *ref : {"", "^1", "^3"})
        expect_same(*ref == '\0' ? Words{"inspect"} : Words{"inspect", ref});
}

TEST_F(HistoryPeerTest, PrintsTheSameAttachments) {
    std::size_t printed = 0;
    for (const auto &ref : refs()) {
        auto document = json::parse(ours({"inspect", "--format", "json", ref}).out);
        for (const auto &one : document.value("Attachments", json::array())) {
            expect_same({"inspect", "attachment", ref, one["Digest"]});
            ++printed;
        }
        if (document.contains("Attachments"))
            expect_same({"inspect", "attachment", "--type", "provenance", ref});
    }
    EXPECT_GT(printed, 10u);
    std::size_t images = 0;
    for (const auto &ref : refs({"status=completed"})) {
        auto manifest = json::parse(
            ours({"inspect", "attachment", "--type", "manifest", "--platform", "linux/arm64", ref})
                .out,
            nullptr, false);
        images += manifest.contains("layers") ? 1 : 0;
    }
    EXPECT_GT(images, 0u);
}

TEST_F(HistoryPeerTest, PrintsTheSameLogs) {
    for (const auto &ref : refs())
        for (const auto *mode : {"plain", "rawjson", "quiet", "auto"}) {
            auto mine = ours({"logs", "--progress", mode, ref});
            auto other = theirs({"logs", "--progress", mode, ref});
            EXPECT_EQ(mine.code, 0) << mine.err;
            EXPECT_EQ(mine.err, other.err) << mode;
            EXPECT_THAT(mine.out, IsEmpty());
        }
}

TEST_F(HistoryPeerTest, PrintsTheSameTrace) {
    for (const auto &ref : {refs().front(), refs({"status=error"}).front()})
        expect_same({"trace", ref});
    auto refused = ours({"trace", "--compare", "^1"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--compare is not supported"));
}

TEST_F(HistoryPeerTest, ExportsTheSameBundles) {
    auto all = refs();
    for (const auto &words :
         std::vector<Words>{{}, {all[1]}, {all[2], all[3]}, {"--all", "--finalize"}}) {
        auto export_by = [&words](Result (*program)(const Words &), const std::string &file) {
            std::filesystem::remove_all(file + ".files");
            Words arguments = {"export", "--output", file};
            arguments.insert(arguments.end(), words.begin(), words.end());
            auto exported = program(arguments);
            EXPECT_EQ(exported.code, 0) << exported.err;
            return unpacked(file);
        };
        auto mine = export_by(ours, world->folder("mine"));
        EXPECT_GE(mine.size(), 5u);
        auto references = take_references(mine);
        // docker buildx writes the results of several platforms in another order each time, berth
        // in the order of their names: each record must be one that docker buildx writes, too. Of
        // two orders, Go's maps give one in one of eight times.
        std::map<std::string, std::string> all_others;
        for (int tries = 0; tries < 150 && !covers(all_others, mine); ++tries) {
            auto other = export_by(theirs, world->folder("other"));
            EXPECT_EQ(take_references(other), references);
            EXPECT_EQ(other.size(), mine.size());
            all_others.insert(other.begin(), other.end());
        }
        for (const auto &[path, content] : mine)
            EXPECT_EQ(all_others[path], content) << path << ' ' << join(words, " ");
    }
}

TEST_F(HistoryPeerTest, RefusesTheSame) {
    for (const auto &words : std::vector<Words>{{"ls", "--filter", "status"},
                                                {"ls", "--filter", "colour=red"},
                                                {"ls", "--filter", "status<error"},
                                                {"ls", "--filter", "duration>red"},
                                                {"inspect", "nosuchref"},
                                                {"inspect", "^99"},
                                                {"inspect", "^x"},
                                                {"inspect", "attachment"},
                                                {"inspect", "attachment", "^0", "sha256:0"},
                                                {"logs", "nosuchref"},
                                                {"trace", "nosuchref"},
                                                {"export", "--all", "^1"},
                                                {"rm"},
                                                {"rm", "--all", "^1"},
                                                {"open"},
                                                {"import", "--file", "/nosuchfile"}}) {
        auto mine = ours(words), other = theirs(words);
        EXPECT_NE(mine.code, 0) << join(words, " ");
        EXPECT_NE(other.code, 0) << join(words, " ");
        EXPECT_THAT(mine.err, StartsWith("ERROR: ")) << join(words, " ");
        EXPECT_THAT(mine.out, IsEmpty()) << join(words, " ");
    }
    EXPECT_THAT(ours({"open"}).err, HasSubstr("docker-desktop://dashboard/build/" + builder));
}

// Runs last, since it removes the records of the other tests.
TEST_F(HistoryPeerTest, RemovesRecords) {
    auto before = refs();
    EXPECT_EQ(ours({"rm", before[0], before[2]}).code, 0);
    auto after = before;
    after.erase(after.begin() + 2);
    after.erase(after.begin());
    EXPECT_EQ(refs(), after); // right after a removal, and filtered
    EXPECT_EQ(refs({"duration<1h"}), after);
    auto dry = world->berth({"--builder", builder, "--dry-run", "history", "rm", after[0]});
    EXPECT_THAT(dry.out, AllOf(HasSubstr("buildctl debug ctl --delete " + after[0])));
    EXPECT_EQ(refs(), after);
    EXPECT_EQ(ours({"rm", "--all"}).code, 0);
    EXPECT_THAT(refs(), IsEmpty());
    EXPECT_THAT(ours({"inspect"}).err, HasSubstr("no records found"));
}

} // namespace
} // namespace berth::test
