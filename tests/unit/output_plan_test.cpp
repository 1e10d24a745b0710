// Which way outputs come out of the builder, and the stream of those that come one after the other.
#include "berth/build/output_plan.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace berth::build {
namespace {

using ::testing::ElementsAre;

OutputPlan plan_of(const std::vector<std::string> &outputs,
                   const std::vector<std::string> &cache_to = {}) {
    BuildOptions options;
    options.outputs = outputs;
    options.cache_to = cache_to;
    return plan_outputs(read_outputs(options, false), read_cache_options(options));
}

TEST(OutputPlanTest, AnImageForTheEngineAloneStaysInTheBuilderFirst) {
    auto plan = plan_of({"type=docker"});
    EXPECT_TRUE(plan.incremental_load);
    EXPECT_FALSE(plan.staged);
    EXPECT_THAT(output_arguments(plan, {"app"}, ""),
                ElementsAre("--output", "type=image,name=app,push=false,compression=uncompressed"));
    auto whole = without_incremental_load(plan, false);
    EXPECT_FALSE(whole.incremental_load);
    EXPECT_THAT(output_arguments(whole, {"app"}, ""),
                ElementsAre("--output", "type=docker,name=app,dest=-"));
    EXPECT_THAT(output_arguments(without_incremental_load(plan, true), {"app"}, ""),
                ElementsAre("--output", "type=oci,name=app,dest=-"));
    EXPECT_FALSE(plan_of({"type=docker,compression=gzip"}).incremental_load);
    EXPECT_FALSE(plan_of({"type=docker", "type=cacheonly"}).incremental_load);
}

TEST(OutputPlanTest, OneOutputStreams) {
    auto plan = plan_of({"out", "type=image,name=x,push=true", "type=cacheonly"});
    EXPECT_FALSE(plan.staged);
    EXPECT_THAT(
        output_arguments(plan, {}, ""),
        ElementsAre("--output", "type=tar,dest=-", "--output", "type=image,name=x,push=true"));
}

TEST(OutputPlanTest, LayersAreFetchedByAnExportToNowhere) {
    auto plan = fetching(plan_of({"type=docker"}, {"type=local,dest=cache"}));
    EXPECT_FALSE(plan.staged);
    EXPECT_TRUE(plan.caches.empty());
    EXPECT_THAT(output_arguments(plan, {"app"}, ""),
                ElementsAre("--output", "type=oci,dest=/dev/null"));
}

TEST(OutputPlanTest, SeveralOutputsAndCachesAreStaged) {
    auto plan = plan_of({"out", "type=oci,tar=false,dest=layout"}, {"type=local,dest=cache"});
    EXPECT_TRUE(plan.staged);
    EXPECT_THAT(output_arguments(plan, {"t"}, "/tmp/s"),
                ElementsAre("--output", "type=tar,dest=/tmp/s/0000", "--output",
                            "type=oci,name=t,dest=/tmp/s/0001"));
    EXPECT_TRUE(plan_of({"out"}, {"type=local,dest=cache"}).staged);
    EXPECT_TRUE(plan_of({}, {"type=local,dest=cache"}).staged);
    EXPECT_FALSE(plan_of({"out"}, {"type=inline"}).staged);
}

class PlanSinkTest : public ::testing::Test {
  protected:
    std::string path(const std::string &name) { return (directory.path() / name).string(); }
    OutputPlan plan() {
        return plan_of({"type=oci,dest=" + path("a"), "type=tar,dest=" + path("b")});
    }
    test::TemporaryDirectory directory;
    process::RecordingRunner runner;
    docker::Docker docker{runner, "docker", "default", "default"};
    std::ostringstream out;
};

TEST_F(PlanSinkTest, TakesTheStreamApartWhereverItIsCut) {
    const std::string stream = "3\nabc  8\n12345678";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        PlanSink sink(plan(), docker, out, false);
        for (std::size_t at = 0; at < stream.size(); at += piece)
            sink.write(std::string_view(stream).substr(at, piece));
        sink.commit();
        EXPECT_EQ(read_file(path("a")), "abc") << piece;
        EXPECT_EQ(read_file(path("b")), "12345678") << piece;
    }
}

TEST_F(PlanSinkTest, AnOutputMayBeEmpty) {
    PlanSink sink(plan(), docker, out, false);
    sink.write("0\n0\n");
    sink.commit();
    EXPECT_EQ(read_file(path("a")), "");
    EXPECT_EQ(read_file(path("b")), "");
}

TEST_F(PlanSinkTest, WhatDoesNotComeLeavesNothing) {
    for (const std::string stream : {"", "3\nab", "3\nabc", "3\nabc8\n1"}) {
        PlanSink sink(plan(), docker, out, false);
        sink.write(stream);
        EXPECT_THROW(sink.commit(), Error) << stream;
    }
    for (const std::string stream : {"x\n", "-1\n", "1\na1\nb1\nc", "99999999999999999999999999"}) {
        PlanSink sink(plan(), docker, out, false);
        EXPECT_THROW(sink.write(stream), Error) << stream;
    }
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

} // namespace
} // namespace berth::build
