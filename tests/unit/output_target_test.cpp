// SPDX-License-Identifier: Apache-2.0
// Destinations of data that BuildKit sends to the client.
#include "berth/job/output_target.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace berth::job {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class OutputTargetTest : public ::testing::Test {
  protected:
    static Output output(const std::string &text, std::vector<std::string> allow = {}) {
        BuildOptions options;
        options.outputs = {text};
        options.allow = std::move(allow);
        return read_outputs(options, false).front();
    }
    session::OutputTarget target(const std::string &text, bool terminal = false) {
        Environment environment(std::map<std::string, std::string>{{"HOME", "/nonexistent"}});
        return make_target(output(text), engine_of(output(text), docker, environment), out,
                           terminal);
    }
    std::unique_ptr<session::ByteSink> open(const std::string &text) {
        return std::get<session::OpenSink>(target(text))({});
    }
    std::string failure(const std::string &text, bool terminal = false) {
        try {
            target(text, terminal);
        } catch (const Error &error) {
            return std::string(error.what()) + " " + error.hint();
        }
        return "nothing";
    }
    static void send(session::ByteSink &sink) {
        sink.write("one ");
        sink.write("two");
        sink.finish();
    }
    // Of an image that is sent to the engine.
    std::string load_failure() {
        try {
            send(*open("type=docker"));
        } catch (const Error &error) {
            return error.what();
        }
        return "nothing";
    }

    test::TemporaryTree tree;
    process::RecordingRunner runner;
    docker::Docker docker{runner, "docker", "default", "default"};
    std::ostringstream out;
};

TEST_F(OutputTargetTest, ArchivesGoToAFile) {
    for (const std::string type : {"tar", "oci", "docker"}) {
        auto path = (tree / type / "new" / "file").string();
        auto sink = open("type=" + type + ",dest=" + path);
        send(*sink);
        EXPECT_EQ(tree.content(type + "/new/file"), "one two");
    }
}

TEST_F(OutputTargetTest, CreatesNothingBeforeBuildKitSends) {
    auto path = (tree / "a" / "file").string();
    target("type=tar,dest=" + path);
    target("type=local,dest=" + (tree / "b").string());
    EXPECT_TRUE(std::filesystem::is_empty(tree.path()));
    open("type=tar,dest=" + path)->write("half");
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_TRUE(std::filesystem::is_empty(tree / "a"));
}

TEST_F(OutputTargetTest, AnUnwritableFileIsAnErrorAtOnce) {
    tree.file("file");
    EXPECT_THAT(failure("type=oci,dest=" + tree.path().string()),
                AllOf(HasSubstr(tree.path().string()), HasSubstr("Is a directory")));
    EXPECT_THAT(failure("type=tar,dest=" + (tree / "file/x").string()),
                HasSubstr("Not a directory"));
    EXPECT_THAT(failure("type=local,dest=" + (tree / "file").string()),
                AllOf(HasSubstr("file"), HasSubstr("Not a directory")));
}

TEST_F(OutputTargetTest, StandardOutputIsRefusedAtATerminal) {
    EXPECT_THAT(failure("-", true),
                AllOf(HasSubstr("refusing to write to console"), HasSubstr("dest=FILE")));
    send(*open("-"));
    EXPECT_EQ(out.str(), "one two");
    auto sink = open("type=oci,dest=-");
    out.setstate(std::ios::badbit);
    EXPECT_THROW(sink->write("x"), Error);
}

TEST_F(OutputTargetTest, ADirectoryOfFiles) {
    auto path = (tree / "out").string();
    auto directory = std::get<session::OutputDirectory>(target(path));
    EXPECT_EQ(directory.path, path);
    EXPECT_FALSE(directory.remove_others);
    auto current = std::filesystem::current_path();
    std::filesystem::current_path(tree.path());
    EXPECT_TRUE(std::get<session::OutputDirectory>(target("type=local,dest=out,mode=DELETE"))
                    .remove_others);
    for (const std::string bad : {".", "..", "../x", "/", "out/../.."}) {
        auto text = "type=local,mode=delete,dest=" + bad;
        EXPECT_THAT(failure(text), HasSubstr("--allow=buildx.local.delete")) << bad;
        EXPECT_TRUE(output(text, {"buildx.local.delete"}).removes_others()) << bad;
    }
    tree.link("link", "/usr");
    EXPECT_THAT(failure("type=local,mode=delete,dest=link/x"), HasSubstr("--allow"));
    std::filesystem::current_path(current);
    EXPECT_THAT(failure("type=local,dest=x,mode=move"),
                HasSubstr("invalid local exporter mode \"move\""));
}

TEST_F(OutputTargetTest, AnImageIsLoadedIntoItsEngine) {
    runner.fallback.out = "Loaded image: app:latest\n";
    send(*open("type=docker"));
    send(*open("type=docker,context=other"));
    ASSERT_EQ(runner.records.size(), 2u);
    EXPECT_EQ(runner.transcript(), "docker load --quiet\ndocker --context other load --quiet\n");
    EXPECT_EQ(runner.records[0].input, "one two");
}

TEST_F(OutputTargetTest, AFailedLoadFailsTheOutput) {
    runner.answer = [](const process::Command &, const std::string &) {
        return process::Outcome{.code = 1, .err = "no space left"};
    };
    EXPECT_THAT(load_failure(), HasSubstr("no space left"));
}

TEST_F(OutputTargetTest, ALoadThatSaysNothingFailsTheOutput) {
    for (const auto *said : {"", "\xff{\"garbage"}) {
        runner.fallback.out = said;
        EXPECT_THAT(load_failure(), HasSubstr("`docker load --quiet` ended without loading"));
    }
}

TEST_F(OutputTargetTest, OnlyOutputsToTheClientHaveATarget) {
    for (const auto *text : {"out", "-", "type=docker", "type=oci,dest=x"})
        EXPECT_TRUE(has_target(output(text))) << text;
    for (const auto *text : {"type=image", "type=cacheonly", "type=oci,tar=false,dest=x"})
        EXPECT_FALSE(has_target(output(text))) << text;
}

} // namespace
} // namespace berth::job
