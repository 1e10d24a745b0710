// SPDX-License-Identifier: Apache-2.0
// State shared by concurrent builds: directories, results, one display.
#include "berth/progress/shared_display.hpp"

#include "../../src/job/linked_inputs.hpp"
#include "../../src/job/shared_directories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

solve::Request request(const std::map<std::string, session::SourceDirectory> &directories) {
    return {.directories = directories, .shared_key = "key"};
}

TEST(SharedDirectoriesTest, DirectoriesOfTwoRequestsShareASession) {
    auto a = request({{"context", {"/app"}}, {"dockerfile", {"/app"}}});
    auto b = request({{"context", {"/app"}}, {"dockerfile", {"/b"}}});
    auto c = request({{"context", {"/c"}}});
    auto d = request({{"context", {"/c"}}});
    auto alone = request({{"context", {"/alone"}}});
    auto sessions = share_directories({&a, &b, &c, &d, &alone});
    ASSERT_EQ(sessions.size(), 2u); // two directories have the name
    EXPECT_EQ(sessions[0].directories.at("context").path, "/app");
    EXPECT_EQ(sessions[0].directories.size(), 1u);
    EXPECT_EQ(sessions[0].shared_key, "key");
    EXPECT_THAT(a.attributes, ElementsAre(Pair("local-sessionid:context", sessions[0].session)));
    EXPECT_EQ(b.attributes, a.attributes);
    EXPECT_THAT(c.attributes, ElementsAre(Pair("local-sessionid:context", sessions[1].session)));
    EXPECT_EQ(d.attributes, c.attributes);
    EXPECT_TRUE(alone.attributes.empty());
    // A session's failures are those of the builds that read through it.
    EXPECT_NE(sessions[0].failures, nullptr);
    EXPECT_EQ(a.failures, sessions[0].failures);
    EXPECT_EQ(c.failures, sessions[1].failures);
    EXPECT_EQ(alone.failures, nullptr);
}

TEST(LinkedInputsTest, AResultIsAnInputWithItsConfiguration) {
    buildkit::frontend::Result result;
    result.mutable_ref()->set_id("id");
    result.mutable_ref()->mutable_def()->add_def("step");
    (*result.mutable_metadata())["containerimage.config"] = "{}";
    solve::Request asking;
    asking.attributes["frontend.caps"] = "other";
    add_link(asking, {"Base", "app"}, result);
    EXPECT_THAT(
        asking.attributes,
        UnorderedElementsAre(Pair("context:base", "input:0-app"),
                             Pair("frontend.caps", "other,moby.buildkit.frontend.contexts+forward"),
                             Pair("input-metadata:0-app", R"({"containerimage.config":"e30="})")));
    EXPECT_EQ(asking.inputs.at("0-app").def(0), "step");
    EXPECT_THAT(references_of(result), ElementsAre("id"));
}

TEST(LinkedInputsTest, EachPlatformIsAnInput) {
    buildkit::frontend::Result result;
    (*result.mutable_refs()->mutable_refs())["linux/amd64"].set_id("one");
    (*result.mutable_refs()->mutable_refs())["linux/arm64"]; // FROM scratch
    (*result.mutable_metadata())["containerimage.config/linux/amd64"] = "{}";
    solve::Request asking;
    add_link(asking, {"base", "app"}, result, 1);
    EXPECT_EQ(asking.attributes.at("context:base::linux/amd64"), "input:1-app::linux/amd64");
    EXPECT_EQ(asking.attributes.at("input-metadata:1-app::linux/amd64"),
              R"({"containerimage.config":"e30="})");
    EXPECT_FALSE(asking.attributes.contains("context:base"));
    EXPECT_EQ(asking.inputs.size(), 2u);
    EXPECT_THAT(references_of(result), ElementsAre("one"));
    EXPECT_THROW(add_link(asking, {"base", "app"}, {}), Error); // of a BuildKit that is too old
}

// Records updates.
class Drawn : public progress::Display {
  public:
    void update(const progress::SolveStatus &status) override {
        for (const auto &vertex : status.vertexes)
            lines.push_back(vertex.name + (vertex.completed ? " done" : ""));
        for (const auto &one : status.statuses)
            lines.push_back(one.id);
        for (const auto &log : status.logs)
            lines.push_back(log.data);
    }
    void finish() override {}
    const std::vector<progress::VertexWarning> &warnings() const override { return none; }
    std::vector<std::string> lines;
    std::vector<progress::VertexWarning> none;
};

TEST(SharedDisplayTest, ACommonStepIsDrawnOnceAndKeepsItsName) {
    Drawn drawn;
    progress::SharedDisplay shared(drawn);
    progress::SharedDisplay::Part a(shared, "a"), b(shared, "b");
    progress::Vertex step{.digest = "1", .name = "[1/2] FROM x", .started = Time()};
    auto done = step;
    done.completed = Time();
    a.update({.vertexes = {step}, .logs = {{.vertex = "1", .data = "log"}}});
    b.update({.vertexes = {step}, .logs = {{.vertex = "1", .data = "log"}}});
    b.update({.vertexes = {done}, .statuses = {{.id = "s", .vertex = "1"}}});
    a.update({.vertexes = {done}, .statuses = {{.id = "s", .vertex = "1"}}});
    b.update({.vertexes = {{.digest = "2", .name = "exporting"}}});
    EXPECT_THAT(drawn.lines,
                ElementsAre("[a 1/2] FROM x", "log", "[a 1/2] FROM x done", "s", "[b] exporting"));
    // b continues where a stopped.
    a.finish();
    b.update({.logs = {{.vertex = "1", .data = "more"}}});
    EXPECT_EQ(drawn.lines.back(), "more");
}

TEST(SharedDisplayTest, OtherNodesDoAStepOnTheirOwn) {
    Drawn drawn;
    progress::SharedDisplay shared(drawn);
    progress::SharedDisplay::Part a(shared, "a"), b(shared, "b", "b");
    progress::Vertex step{.digest = "1", .name = "[1/2] FROM x", .started = Time()};
    a.update({.vertexes = {step}, .logs = {{.vertex = "1", .data = "log"}}});
    b.update({.vertexes = {step}, .logs = {{.vertex = "1", .data = "other"}}});
    EXPECT_THAT(drawn.lines, ElementsAre("[a 1/2] FROM x", "log", "[b 1/2] FROM x", "other"));
}

} // namespace
} // namespace berth::job
