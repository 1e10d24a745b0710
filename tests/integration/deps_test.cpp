// SPDX-License-Identifier: Apache-2.0
// The rule of --deps, read by make itself: a change of a file with any name triggers a build, and
// no name makes make do anything else.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

class DepsTest : public ::testing::Test {
  protected:
    World world;
    const fs::path work = world.path() / "work";

    // Exit code of make -q: 0 up to date, 1 outdated, 2 an error.
    int question() const { return make("-q").code; }
    Result make(const std::string &option) const {
        return run({"make", "-s", "-C", work.string(), option, "app.iid"}, {{"LC_ALL", "C"}});
    }
    static void age(const fs::path &file, int seconds) {
        fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::seconds(seconds));
    }
};

TEST_F(DepsTest, MakeUnderstandsNamesOfAllKinds) {
    const std::string context = "odd $(dir) #1:x", named = "named %;x=[y]";
    std::vector<fs::path> files = {work / context / "Dockerfile"};
    world.write("work/" + context + "/Dockerfile",
                "FROM scratch\nCOPY . /\nCOPY --from=more . /\n");
    for (const std::string name : {"plain",
                                   "a b",
                                   " a",
                                   "a\tb",
                                   "a#b",
                                   "a$b",
                                   "$(shell touch pwned)b",
                                   "a:b",
                                   "a;touch pwned",
                                   ";",
                                   "a%b",
                                   "%",
                                   "a*b",
                                   "a?b",
                                   "a[b]c",
                                   "a=b",
                                   "=",
                                   "a\\b",
                                   "a\\ b",
                                   "a\\#b",
                                   "a\\",
                                   "a|b",
                                   "|",
                                   "a&",
                                   "&",
                                   "~",
                                   "~root",
                                   "a'b",
                                   "a\"b",
                                   "a`touch pwned`b",
                                   "@a",
                                   "-a",
                                   "+a",
                                   "a!b",
                                   "a<b>c",
                                   "a(b)c",
                                   "export",
                                   "include x",
                                   "a\nb",
                                   "a\rb",
                                   "\xc3\xbcn\xc3\xaf"})
        for (const auto &folder : {context, named}) {
            files.push_back(work / folder / name);
            world.write("work/" + folder + "/" + name, "text");
        }
    auto builder = world.builder("deps");
    world.write("work/Makefile", "-include app.d\napp.iid:\n\techo made >again; touch app.iid\n");
    auto built = run({"sh", "-ceu",
                      "cd " + shell_quote(work.string()) + "\nexec " + shell_quote(BERTH_PROGRAM) +
                          " build --builder " + builder +
                          " --deps app.d --iidfile app.iid -o "
                          "type=image --build-context " +
                          shell_quote("more=" + named) + " " + shell_quote(context)},
                     world.variables());
    ASSERT_EQ(built.code, 0) << built.err;
    for (const auto &file : files)
        age(file, -1000);
    ASSERT_EQ(question(), 0) << make("-n").err << read_file(work / "app.d");
    for (const auto &file : files) {
        age(file, 1000);
        EXPECT_EQ(question(), 1) << file;
        age(file, -1000);
    }
    EXPECT_EQ(question(), 0);
    for (const auto &file : files)
        fs::remove(file);
    EXPECT_EQ(question(), 1) << "files that were removed: " << make("-n").err;
    auto again = make("--no-print-directory");
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(read_file(work / "again"), "made\n");
    EXPECT_FALSE(fs::exists(work / "pwned"));
}

TEST_F(DepsTest, NamesThatMakeReadsAsArchivesAreNeverUpToDate) {
    world.write("work/app/Dockerfile", "FROM scratch\nCOPY . /\n");
    world.write("work/app/copy (1)", "text");
    world.write("work/Makefile", "-include app.d\napp.iid:\n\ttouch app.iid\n");
    auto builder = world.builder("archive");
    auto built = run({"sh", "-ceu",
                      "cd " + shell_quote(work.string()) + "\nexec " + shell_quote(BERTH_PROGRAM) +
                          " build --builder " + builder +
                          " --deps app.d --iidfile app.iid -o type=image app"},
                     world.variables());
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(question(), 1);
    EXPECT_EQ(make("-k").code, 0);
}

} // namespace
} // namespace berth::test
