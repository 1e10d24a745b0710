// SPDX-License-Identifier: Apache-2.0
// Pushes to a registry that refuses, fails or closes the connection at each step: the error is
// docker buildx's, and the builder works afterwards.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <future>
#include <regex>

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *faulty_host = "127.0.0.1:21540";

class PushFaultsTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        world->beside_the_builder(
            "registry",
            {"python3", std::string(BERTH_TEST_DATA) + "/data/faulty_registry.py", "21540"});
        builder = world->builder("push", {"--driver-opt", "network=host"});
        world->write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static std::vector<std::string> push(const std::string &repository,
                                         const std::string &metadata) {
        return {"build",
                "--builder",
                builder,
                "--provenance=false",
                "--push",
                "-t",
                std::string(faulty_host) + "/" + repository,
                "--metadata-file",
                world->folder(metadata),
                world->folder("app")};
    }
    static std::vector<std::string> errors_of(const Result &result) {
        // Layer and config are sent at once, so either may fail first, and may be mounted from
        // another repository.
        static const std::regex blob("(layer|config)-sha256:[0-9a-f]+|sha256(%3A|:)[0-9a-f]+"),
            mount("pushing with mount from [^:]+: |\\?mount=[^\"]*");
        std::vector<std::string> errors;
        for (const auto &line : split(result.err, '\n'))
            if (line.starts_with("ERROR: "))
                errors.push_back(std::regex_replace(
                    std::regex_replace(std::string(line), mount, ""), blob, "BLOB"));
        return errors;
    }
    static World *world;
    static std::string builder;
};
World *PushFaultsTest::world = nullptr;
std::string PushFaultsTest::builder;

// BuildKit tries again for eight seconds after some of them, so they are all tried at once.
TEST_F(PushFaultsTest, AnErrorAtEachStep) {
    struct Case {
        std::string repository, metadata;
        std::future<Result> ours, theirs;
    };
    std::vector<Case> cases;
    for (const std::string step : {"look", "upload", "blob", "manifest"})
        for (const std::string status : {"401", "403", "429", "500", "closed"}) {
            auto repository = step + "/" + status, metadata = step + status;
            auto words = push(repository, metadata);
            cases.push_back(
                {repository, metadata,
                 std::async(std::launch::async, [words] { return world->berth(words); }),
                 std::async(std::launch::async,
                            [other = push(repository, "peer")] { return world->peer(other); })});
        }
    for (auto &one : cases) {
        auto ours = one.ours.get(), theirs = one.theirs.get();
        EXPECT_EQ(ours.code, theirs.code) << one.repository << ours.err << theirs.err;
        EXPECT_EQ(errors_of(ours), errors_of(theirs)) << one.repository;
        EXPECT_EQ(errors_of(ours).size(), 1u) << ours.err;
        EXPECT_THAT(ours.err, HasSubstr(faulty_host));
        EXPECT_THAT(read_file(world->path() / one.metadata), Not(HasSubstr("digest")));
    }
}

TEST_F(PushFaultsTest, TheBuilderWorksAfterwards) {
    auto pushed = world->berth(push("none/0", "metadata"));
    EXPECT_EQ(pushed.code, 0) << pushed.err;
}

} // namespace
} // namespace berth::test
