// SPDX-License-Identifier: Apache-2.0
// The examples of docs/*.md, run as a reader would: shell blocks in order, in one directory, each
// followed by lines that it must print.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>
#include <set>
#include <sys/stat.h>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Block {
    std::string language, text;
    std::size_t line; // of its fence
};

std::string document(const std::string &name) {
    return read_file(fs::path(BERTH_TEST_DATA).parent_path() / "docs" / name);
}

std::vector<Block> blocks(const std::string &markdown) {
    std::vector<Block> found;
    bool inside = false;
    std::size_t number = 0;
    for (const auto &line : split(markdown, '\n')) {
        ++number;
        if (line.starts_with("```")) {
            if (!inside)
                found.push_back({.language = line.substr(3), .text = {}, .line = number});
            inside = !inside;
        } else if (inside) {
            found.back().text += line + "\n";
        }
    }
    return found;
}

class DocumentsTest : public ::testing::Test {
  protected:
    World world;

    DocumentsTest() {
        fs::create_directories(world.path() / "bin");
        fs::create_directories(world.path() / "work");
        fs::create_symlink(BERTH_PROGRAM, world.path() / "bin" / "berth");
        // A separate store with its own current builder.
        variables = world.variables({{"PATH", world.folder("bin") + ":" + std::getenv("PATH")}});
    }

    // Replaces names in the documents by unique ones, and the registry by the engine's.
    std::string adapted(std::string text) const {
        text = replace_all(std::move(text), "registry.example/", registry() + "/" + world.name(""));
        text = replace_all(std::move(text), "registry.example", registry());
        text = replace_all(std::move(text), "hello from the harbour", "hello from the HARBOUR");
        text = replace_all(std::move(text), "harbour", world.name("harbour"));
        text = replace_all(std::move(text), "HARBOUR", "harbour");
        std::string options;
        for (const auto &word : config_options())
            options += " " + shell_quote(word);
        for (const std::string command : {"berth create ", "berth ensure "})
            text = replace_all(std::move(text), command,
                               command.substr(0, command.size() - 1) + options + " ");
        return text;
    }

    Result shell(const std::string &text) {
        return run({"bash", "-euo", "pipefail", "-c",
                    "cd " + shell_quote(world.folder("work")) + "\n" + adapted(text)},
                   variables);
    }

    std::size_t walk_through(const std::string &name);

    Variables variables;
};

// Gives the number of its shell blocks.
std::size_t DocumentsTest::walk_through(const std::string &name) {
    std::string printed;
    std::size_t run_blocks = 0;
    for (const auto &block : blocks(document(name))) {
        if (block.language == "sh") {
            auto result = shell(block.text);
            printed = result.out + result.err;
            EXPECT_EQ(result.code, 0) << name << ":" << block.line << "\n" << block.text << printed;
            ++run_blocks;
        } else if (block.language == "text") {
            for (const auto &line : split(trim(adapted(block.text)), '\n'))
                EXPECT_THAT(printed, HasSubstr(line + "\n")) << name << ":" << block.line;
        }
    }
    return run_blocks;
}

TEST_F(DocumentsTest, Bake) {
    EXPECT_GE(walk_through("bake.md"), 7u);
}

TEST_F(DocumentsTest, Walkthroughs) {
    EXPECT_GE(walk_through("walkthroughs.md"), 8u);
    EXPECT_THAT(docker({"container", "ls", "--all"}).out, ::testing::Not(HasSubstr(world.name(""))))
        << "the last walkthrough tidies up";
}

class ScriptingTest : public DocumentsTest {
  protected:
    void SetUp() override {
        for (const std::string image : {"web", "worker", "app"}) {
            world.write("work/" + image + "/Dockerfile",
                        "FROM busybox\nCOPY file /\nRUN cp /file /copy\n");
            world.write("work/" + image + "/file", image);
        }
        for (const auto &block : blocks(document("scripting.md"))) {
            if (block.language == "make")
                makefile += block.text;
            else
                shells.push_back(block);
        }
        world.write("work/Makefile", adapted(makefile));
    }
    std::string makefile;
    std::vector<Block> shells;
};

TEST_F(ScriptingTest, TheMakefileBuildsChangedImages) {
    auto built = [](const Result &result) { return count(result.out, "berth build"); };
    auto first = shell("make -j2 load");
    ASSERT_EQ(first.code, 0) << first.out << first.err;
    EXPECT_EQ(built(first), 2u);
    for (const std::string image : {"web", "worker"})
        EXPECT_NE(image_id(registry() + "/" + world.name("team/") + image), "") << image;

    auto again = shell("make -j2 load");
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(built(again), 0u) << again.out;

    // A file of one image builds only that image. (worker is based on web, as in the document.)
    auto changed = shell("sleep 1; echo new >worker/file; make -j2 load");
    EXPECT_EQ(changed.code, 0) << changed.err;
    EXPECT_EQ(built(changed), 1u) << changed.out;
    EXPECT_THAT(changed.out, HasSubstr("worker"));
    EXPECT_EQ(
        docker({"run", "--rm", registry() + "/" + world.name("team/worker"), "cat", "/copy"}).out,
        "new\n");

    // A new file.
    auto more = shell("sleep 1; echo more >web/more; make -j2 load");
    EXPECT_EQ(built(more), 2u) << "worker is made of web" << more.out;
    EXPECT_EQ(built(shell("make -j2 load")), 0u);

    auto pushed = shell("make -j2 push");
    EXPECT_EQ(pushed.code, 0) << pushed.err;
    EXPECT_EQ(built(pushed), 2u) << pushed.out;
    EXPECT_EQ(built(shell("make -j2 push")), 0u);

    // A build that fails fails make, and leaves nothing that looks like a result.
    auto failed = shell("sleep 1; echo 'RUN false' >>web/Dockerfile; make -j2 load");
    EXPECT_NE(failed.code, 0);
    EXPECT_THAT(failed.err, HasSubstr("ERROR: "));
    EXPECT_NE(shell("make -j2 load").code, 0);
}

TEST_F(ScriptingTest, TheShellBlocksWork) {
    ASSERT_GE(shells.size(), 3u);
    for (const auto &block : shells) {
        auto result = shell(block.text);
        ASSERT_EQ(result.code, 0) << "scripting.md:" << block.line << "\n"
                                  << block.text << result.out << result.err;
        EXPECT_NE(result.out, "") << "scripting.md:" << block.line;
    }
}

TEST_F(ScriptingTest, ProgressForAnotherProgram) {
    auto name = world.builder("progress");
    auto both =
        shell("berth --builder " + name + " build --progress-fd 3 -q app 3>three; cat three");
    EXPECT_EQ(both.code, 0) << both.err;
    auto lines = split(trim(both.out), '\n');
    std::set<std::string> steps;
    // The output of -q comes first.
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto line = nlohmann::json::parse(lines[i], nullptr, false);
        if (!line.is_object() || !line.contains("vertexes"))
            continue;
        for (const auto &vertex : line["vertexes"])
            steps.insert(vertex.value("name", ""));
    }
    EXPECT_THAT(steps, ::testing::Contains(HasSubstr("RUN cp /file /copy")));

    auto log = shell("berth --builder " + name +
                     " build --progress none --progress-fd 3:plain app 3>three; cat three");
    EXPECT_EQ(log.code, 0);
    EXPECT_THAT(log.out, HasSubstr("RUN cp /file /copy"));
    EXPECT_THAT(log.out, HasSubstr("CACHED"));
    EXPECT_EQ(count(log.err, "RUN cp"), 0u) << log.err;

    // The build continues when the reader is gone.
    EXPECT_EQ(shell("mkfifo pipe; (head -c 1 pipe >/dev/null) & berth --builder " + name +
                    " build --no-cache --progress-fd 3 -o result app 3>pipe; cat result/copy")
                  .out,
              "app");
    for (const std::string bad : {"9", "x", "3:tty", "-1"}) {
        auto refused = world.berth({"build", "--progress-fd", bad, world.folder("work/app")},
                                   {{"BUILDX_BUILDER", name}});
        EXPECT_EQ(refused.code, 2) << bad;
        EXPECT_THAT(refused.err, HasSubstr("--progress-fd"));
    }
}

// Every JSON output matches its schema, and the schema describes all of it.
class SchemasTest : public DocumentsTest {
  protected:
    // The schema, with properties that it does not name forbidden.
    static nlohmann::json strict(nlohmann::json schema) {
        if (schema.is_object() && schema.contains("properties") &&
            !schema.contains("additionalProperties"))
            schema["additionalProperties"] = false;
        if (schema.is_structured())
            for (auto &part : schema)
                part = strict(part);
        return schema;
    }
    // Each line of the output, in one go.
    void expect_valid(const std::string &schema, const std::string &output) {
        auto text = document("schemas/" + schema + ".schema.json");
        auto one = strict(nlohmann::json::parse(text));
        nlohmann::json all = {{"type", "array"}, {"items", one}};
        if (one.contains("$defs"))
            all["$defs"] = one["$defs"]; // references start at the root
        auto lines = nlohmann::json::array();
        ASSERT_NE(trim(output), "");
        for (const auto &line : split(trim(output), '\n'))
            lines.push_back(nlohmann::json::parse(line));
        auto result = run({"jsonschema", "--instance", world.write("instance.json", lines.dump()),
                           world.write("strict.json", all.dump())});
        EXPECT_EQ(result.code, 0) << schema << ": " << output << result.out << result.err;
    }
};

TEST_F(SchemasTest, OutputsMatchThem) {
    auto name = world.builder(
        "schema", {"--driver-opt", "memory=1g", "--run-arg", "--dns", "--run-arg", "1.1.1.1"});
    world.builder("stopped", {"--platform", "linux/arm64"}, false);
    world.write("store/instances/" + world.name("lost"),
                R"({"Name":")" + world.name("lost") +
                    R"(","Driver":"docker-container","Nodes":[{"Name":"lost0",)"
                    R"("Endpoint":"unix:///nonexistent.sock"}]})");
    expect_valid("ls", world.berth({"ls", "--format", "json"}).out);
    expect_valid("inspect", world.berth({"inspect", "--format", "json", name}).out);
    expect_valid("inspect", world.berth({"inspect", "--format", "json", "default"}).out);
    expect_valid("version", world.berth({"version", "--format", "json"}).out);
    expect_valid("doctor", world.berth({"doctor", "--format", "json"}).out);

    world.write("app/Dockerfile", "FROM busybox\nMAINTAINER somebody\nRUN echo x >/x\n");
    world.write("app/.dockerignore", "*.log\nmodules\n");
    world.write("app/src/a.log", "");
    world.write("app/modules/one", "1");
    world.write("app/b.log", "2");
    std::filesystem::create_symlink("src", world.path() / "app" / "link");
    ASSERT_EQ(::mkfifo(world.folder("app/fifo").c_str(), 0644), 0);
    expect_valid("context-ls",
                 world.berth({"context", "ls", "--format", "json", world.folder("app")}).out);
    fs::remove(world.folder("app/fifo"));
    auto record = [&](const std::vector<std::string> &words, int code) {
        std::vector<std::string> arguments = {"build", "--builder", name};
        arguments.insert(arguments.end(), words.begin(), words.end());
        EXPECT_EQ(world.berth(arguments).code, code);
        expect_valid(
            "history-inspect",
            nlohmann::json::parse(
                world.berth({"--builder", name, "history", "inspect", "--format", "json"}).out)
                .dump());
    };
    record({"--label", "a=b", "--build-arg", "A=b", "--no-cache", world.folder("app")}, 0);
    record({"--build-context", "x=docker-image://nosuch.invalid/x", "-f",
            world.write("bad.Dockerfile", "FROM busybox\nRUN echo no; exit 1\n"),
            world.folder("app")},
           1);
    expect_valid("history-ls",
                 world.berth({"--builder", name, "history", "ls", "--format", "json"}).out);
    auto build = [&](const std::vector<std::string> &options) {
        std::vector<std::string> words = {
            "--builder",        name, "build", "--metadata-file", world.folder("metadata.json"),
            world.folder("app")};
        words.insert(words.end(), options.begin(), options.end());
        EXPECT_EQ(world.berth(words).code, 0);
        auto metadata = nlohmann::json::parse(read_file(world.path() / "metadata.json"));
        EXPECT_TRUE(metadata.contains("buildx.build.ref")) << metadata;
        expect_valid("metadata", metadata.dump());
    };
    build({});
    build({"--load", "-t", world.image("loaded")});
    build({"--push", "-t", registry() + "/" + world.name("pushed"), "-t",
           registry() + "/" + world.name("pushed") + ":2"});
    build({"-o", "type=oci,dest=" + world.folder("oci.tar"), "--provenance=false"});
    auto raw = world.berth({"--builder", name, "build", "--no-cache", "--progress", "rawjson",
                            "--load", "-t", world.image("raw"), world.folder("app")});
    EXPECT_EQ(count(raw.err, "\"warnings\""), 1u) << raw.err;
    expect_valid("progress", raw.err);
    world.write("look/Dockerfile", "ARG A=1\n# what it is for\nFROM busybox as base\nARG A\n"
                                   "RUN --mount=type=secret,id=x --mount=type=ssh true\n"
                                   "RUN --mount=type=cache,target=/c true\n");
    world.write("broken/Dockerfile", "FROM busybox\nNOSUCH\n");
    for (const std::string call : {"check", "outline", "targets"})
        for (const std::string folder : {"look", "broken"}) {
            auto answer = world.berth({"--builder", name, "build", "--call", call + ",format=json",
                                       world.folder(folder)});
            if (folder == "look" || call == "check")
                expect_valid("call-" + call, nlohmann::json::parse(answer.out).dump());
            else
                EXPECT_EQ(answer.out, "") << call;
        }
    auto bake = [&](const std::string &definition, const std::vector<std::string> &options) {
        std::vector<std::string> words = {"bake", "-f", world.write("b.hcl", definition)};
        words.insert(words.end(), options.begin(), options.end());
        return nlohmann::json::parse(world.berth(words).out).dump();
    };
    auto all =
        read_file(fs::path(BERTH_TEST_DATA) / "corpus/bake/hcl-all-attributes" / "docker-bake.hcl");
    expect_valid("bake-print", bake(all, {"--print"}));
    std::string listed = "variable \"V\" {\n  type = list(string)\n}\n" + all;
    for (const std::string type : {"targets", "variables"})
        expect_valid("bake-list", bake(listed, {"--list", "type=" + type + ",format=json"}));
    expect_valid("du", world.berth({"--builder", name, "du", "--format", "json"}).out);
}

} // namespace
} // namespace berth::test
