// SPDX-License-Identifier: Apache-2.0
// tests/corpus: builds each case with docker buildx and with berth on one builder. The second one
// uses the cache of the first, so that results of RUN are the same; they take turns at being first.
#include "berth/util/file.hpp"

#include "corpus_case.hpp"

#include <cstdlib>

namespace berth::test {
namespace {

using ::testing::HasSubstr;

constexpr const char *site_address = "http://127.0.0.1:21481";

class CorpusTest : public ::testing::TestWithParam<CorpusCase> {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("corpus");
        // The builder fetches it in its own network, so no other port is taken.
        std::filesystem::create_directories(world->folder("site"));
        auto server = docker({"run", "--detach", "--name", world->name("web"), "--network",
                              "container:buildx_buildkit_" + builder + "0", "--volume",
                              world->folder("site") + ":/site:ro", "--entrypoint", "httpd",
                              "busybox", "-f", "-p", "127.0.0.1:21481", "-h", "/site"});
        ASSERT_EQ(server.code, 0) << server.err;
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    static Observation observe(const CorpusCase &test, const std::string &program) {
        return run_corpus_case(test, world->folder("run/case"),
                               {.program = program,
                                .builder = builder,
                                .site = world->folder("site/" + test.name),
                                .site_address = std::string(site_address) + "/" + test.name,
                                .tag = world->image(test.name),
                                .variables = world->variables({{"HOME", world->folder("home")}})});
    }

    static inline World *world = nullptr;
    static inline std::string builder;
    static inline bool ours_first = false;
};

TEST_P(CorpusTest, BuildsLikeDockerBuildx) {
    const auto &test = GetParam();
    const char *peer = std::getenv("BERTH_PEER");
    ASSERT_NE(peer, nullptr)
        << "no docker buildx to compare with: export BERTH_PEER=\"$(dev/peer)\"";
    Observation ours, theirs;
    for (bool berth : {ours_first, !ours_first})
        (berth ? ours : theirs) = observe(test, berth ? BERTH_PROGRAM : peer);
    ours_first = !ours_first;
    auto differences = corpus_differences(ours, theirs);
    auto documented =
        read_file(std::filesystem::path(BERTH_TEST_DATA) / "../docs/compatibility.md");
    for (const auto &[aspect, row] : test.expected_differences) {
        EXPECT_THAT(documented, HasSubstr("\n| " + row + " |"));
        EXPECT_EQ(differences.count(aspect), 1u)
            << test.name << ": no difference in " << aspect << " any more; take it out of "
            << "expected-difference, and out of docs/compatibility.md";
    }
    for (const auto &[aspect, text] : differences)
        if (test.expected_differences.count(aspect) == 0)
            ADD_FAILURE() << test.name << ": " << aspect << " (exit code of berth "
                          << ours.at("exit code").front() << ", of docker buildx "
                          << theirs.at("exit code").front() << ")\n"
                          << text;
}

INSTANTIATE_TEST_SUITE_P(All, CorpusTest, ::testing::ValuesIn(corpus_cases()),
                         [](const auto &tested) {
                             auto name = tested.param.name;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace
} // namespace berth::test
