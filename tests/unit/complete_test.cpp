// SPDX-License-Identifier: Apache-2.0
// Answers of `__complete` for the declared commands.
#include "berth/builder/driver_options.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/complete.hpp"
#include "berth/job/output.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class CompleteTest : public ::testing::Test {
  protected:
    CompleteTest() : app_("berth", ""), folder_(folder_holder_.path()) {
        add_build(app_, action_);
        add_context(app_, action_);
        add_create(app_, action_);
        add_ls(app_, action_);
        add_rm(app_, action_);
        add_use(app_, action_);
    }

    Completion complete(const std::vector<std::string> &words) {
        Environment environment({{"DOCKER_CONFIG", folder_.string()}, {"HOME", folder_.string()}});
        return cli::complete(app_, words, environment);
    }
    std::vector<std::string> values(const std::vector<std::string> &words) {
        std::vector<std::string> result;
        for (const auto &candidate : complete(words).candidates)
            result.push_back(candidate.value);
        return result;
    }
    void store_builder(const std::string &name) {
        store::Store(folder_ / "buildx")
            .begin()
            .save({.name = name, .nodes = {{name + "0", "ssh://h"}}});
    }

    args::Command app_;
    Action action_;
    test::TemporaryDirectory folder_holder_;
    std::filesystem::path folder_;
};

TEST_F(CompleteTest, CommandsAndTheirOptions) {
    EXPECT_THAT(complete({"bu"}).candidates, ElementsAre(Candidate{"build", "Start a build"}));
    EXPECT_THAT(values({"build", "--ta"}), ElementsAre("--tag", "--target"));
    EXPECT_THAT(values({"context", ""}), UnorderedElementsAre("ls", "tar"));
    EXPECT_THAT(values({"context", "tar", "--fi"}), ElementsAre("--file"));
    EXPECT_THAT(values({"nosuch", "--"}), Not(Contains("--tag")));
    EXPECT_THAT(values({"build", "--", "--ta"}), IsEmpty());
    EXPECT_THAT(values({"help", "bui"}), ElementsAre("build"));
}

TEST_F(CompleteTest, OffersASingleOptionOnce) {
    EXPECT_THAT(values({"build", "--load", "--loa"}), IsEmpty());
    EXPECT_THAT(values({"build", "-q", "--qui"}), IsEmpty());
    EXPECT_THAT(values({"build", "-t", "a", "--ta"}), ElementsAre("--tag", "--target"));
}

TEST_F(CompleteTest, ValuesInEveryFormOfAnOption) {
    for (const auto &words :
         std::vector<std::vector<std::string>>{{"build", "--progress", "pl"},
                                               {"build", "--progress=pl"},
                                               {"build", "-q", "--progress", "pl"}})
        EXPECT_THAT(values(words), ElementsAre("plain"));
    // The argument after an option without a value.
    EXPECT_EQ(complete({"build", "--load", ""}).directive, Directive::folders_alone);
    EXPECT_EQ(complete({"build", "-t", "x", ""}).directive, Directive::folders_alone);
    EXPECT_EQ(complete({"build", "-qt", "x", ""}).directive, Directive::folders_alone);
    EXPECT_EQ(complete({"build", "-f", ""}).directive, 0);
    EXPECT_EQ(complete({"build", "-q", "-f"}).candidates.size(), 1u);
    EXPECT_THAT(values({"build", "--provenance", "mode"}), ElementsAre("mode=min", "mode=max"));
    EXPECT_EQ(complete({"build", "--sbom", "g"}).candidates,
              std::vector<Candidate>{{"generator="}});
    EXPECT_NE(complete({"build", "--sbom", "g"}).directive & Directive::no_space, 0);
}

TEST_F(CompleteTest, BuildersAndContextsOfTheFiles) {
    store_builder("ship");
    store_builder("shore");
    write_file_atomically(
        folder_ / ("contexts/meta/" + sha256_hex("ship-yard") + "/meta.json"),
        R"({"Name":"ship-yard","Metadata":{},"Endpoints":{"docker":{"Host":"ssh://y"}}})");
    EXPECT_THAT(complete({"use", "sh"}).candidates,
                ElementsAre(Candidate{"ship", "docker-container on ssh://h"},
                            Candidate{"shore", "docker-container on ssh://h"},
                            Candidate{"ship-yard", "docker context ssh://y"}));
    EXPECT_THAT(values({"rm", "ship", "sh"}), ElementsAre("shore", "ship-yard"));
    EXPECT_THAT(values({"use", "ship", "sh"}), IsEmpty()); // takes one
    EXPECT_THAT(values({"create", "ship"}), ElementsAre("ship-yard"));
    EXPECT_THAT(values({"create", "ss"}), ElementsAre("ssh://"));
    write_file_atomically(folder_ / "buildx/instances/ship", "{");
    EXPECT_THAT(values({"use", "sho"}), ElementsAre("shore"));
}

TEST_F(CompleteTest, ReadsTheDockerfileOfTheLine) {
    write_file_atomically(
        folder_ / "Dockerfile",
        "# FROM no AS no\nARG BASE=alpine:3\nFROM --platform=x \\\n  $BASE as first\n"
        "ARG BASE\nARG V W=1\nFROM first\nFROM scratch AS last\n");
    write_file_atomically(folder_ / "other", "FROM a AS elsewhere\n");
    auto path = folder_.string();
    EXPECT_THAT(complete({"build", path, "--target", ""}).candidates,
                ElementsAre(Candidate{"first", "FROM $BASE"}, Candidate{"last", "FROM scratch"}));
    EXPECT_THAT(values({"build", path, "-f", path + "/other", "--target", ""}),
                ElementsAre("elsewhere"));
    EXPECT_THAT(values({"build", path, "--build-arg", ""}), ElementsAre("BASE=", "V=", "W="));
    EXPECT_THAT(values({"build", path + "/nowhere", "--target", ""}), IsEmpty());
    EXPECT_THAT(values({"build", "-f", "/dev/zero", "--target", ""}), IsEmpty());
}

TEST_F(CompleteTest, OffersNothingThatAShellWouldExecute) {
    write_file_atomically(folder_ / "Dockerfile",
                          "FROM a AS $(id)\nFROM a AS `id`\nFROM a AS good.name_1\n"
                          "ARG X;id=1 $(id)=2 GOOD\n");
    EXPECT_THAT(values({"build", folder_.string(), "--target", ""}), ElementsAre("good.name_1"));
    EXPECT_THAT(values({"build", folder_.string(), "--build-arg", ""}), ElementsAre("GOOD="));
}

TEST_F(CompleteTest, FieldsOfOutputs) {
    EXPECT_THAT(values({"build", "-o", "type=l"}), ElementsAre("type=local"));
    EXPECT_THAT(values({"build", "-o", "type=local,"}),
                ElementsAre("type=local,dest=", "type=local,platform-split="));
    EXPECT_THAT(values({"build", "-o", "dest=x,type=lo"}), ElementsAre("dest=x,type=local"));
    EXPECT_THAT(values({"build", "-o", "type=oci,dest=x,de"}), IsEmpty());
    EXPECT_THAT(values({"build", "-o", "type=image,compression=z"}),
                ElementsAre("type=image,compression=zstd"));
    write_file_atomically(folder_ / "out.tar", "");
    auto beginning = "type=tar,dest=" + folder_.string() + "/ou";
    EXPECT_THAT(values({"build", "-o", beginning}), ElementsAre(beginning + "t.tar"));
    EXPECT_THAT(values({"build", "--cache-to", "type=local,mode=m"}),
                ElementsAre("type=local,mode=min", "type=local,mode=max"));
}

// An offered type must not be refused later.
TEST_F(CompleteTest, OffersTheTypesThatBuildAccepts) {
    for (const auto &type : values({"build", "-o", "type="})) {
        job::BuildOptions options;
        options.outputs = {type + (type == "type=cacheonly" ? "" : ",dest=x")};
        options.tags = {"a"};
        EXPECT_NO_THROW(job::read_outputs(options, false)) << type;
    }
}

TEST_F(CompleteTest, OffersTheDriverOptionsThatCreateAccepts) {
    for (const auto &option : builder::driver_options())
        for (const auto &value : values({"create", "--driver-opt", option.name + "="}))
            EXPECT_NO_THROW(builder::read_driver_options(builder::parse_driver_options({value})))
                << value;
    EXPECT_THAT(values({"create", "--driver-opt", "memory=1g,restart-policy=a"}),
                ElementsAre("memory=1g,restart-policy=always"));
    EXPECT_THAT(values({"create", "--driver-opt", "e"}), ElementsAre("env."));
    EXPECT_THAT(values({"create", "--driver", "remote", "--driver-opt", "c"}),
                UnorderedElementsAre("cacert=", "cert="));
}

TEST(PrintCompletionTest, LinesOfTheProtocol) {
    std::ostringstream with, without;
    Completion completion{.candidates = {{"a", "what\nit is"}, {"b"}}, .directive = 6};
    print_completion(with, completion, true);
    print_completion(without, completion, false);
    EXPECT_EQ(with.str(), "a\twhat\\x0ait is\nb\n:6\n");
    EXPECT_EQ(without.str(), "a\nb\n:6\n");
    std::ostringstream strange;
    print_completion(strange, {.candidates = {{"a\nb"}, {"c\u202e"}, {"d"}}}, false);
    EXPECT_THAT(strange.str(), ::testing::StartsWith("d\n:"));
}

} // namespace
} // namespace berth::cli
