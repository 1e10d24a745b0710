// SPDX-License-Identifier: Apache-2.0
// Builds for linux/amd64 and linux/arm64 that two nodes of one builder share, by berth and docker
// buildx in turn.
#pragma once

#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <string>
#include <vector>

namespace berth::test {

// The suite creates the builder: node `a` builds linux/amd64, node `b` linux/arm64.
class TwoNodesTest : public ::testing::Test {
  protected:
    using Words = std::vector<std::string>;

    static void write_contexts() {
        world->write("app/Dockerfile",
                     "FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH common /files/\n");
        for (const auto *name : {"amd64", "arm64", "common"})
            world->write(std::string("app/") + name, std::string(name) + "\n");
        world->write("bad/Dockerfile", "FROM scratch AS amd64\nCOPY Dockerfile /\n"
                                       "FROM scratch AS arm64\nCOPY nothing /\n"
                                       "FROM $TARGETARCH\n");
    }
    // Both programs speak to the registry themselves, and do so from its network.
    static Result run_one(bool ours, Words words, const Variables &more = {},
                          const std::string &input = {}) {
        words.insert(words.begin(), ours ? BERTH_PROGRAM : std::getenv("BERTH_PEER"));
        if (!network.empty())
            words.insert(words.begin(), {"nsenter", "--net=" + network});
        auto all = world->variables({{"SOURCE_DATE_EPOCH", "1700000000"}});
        for (const auto &some : {variables, more})
            for (const auto &[name, value] : some)
                all[name] = value;
        return run(words, all, input);
    }
    static Result build(bool ours, Words options, const std::string &folder = "app",
                        const Variables &more = {}) {
        options.insert(options.begin(), {"build", "--builder", builder, "--progress=plain",
                                         "--platform", "linux/arm64,linux/amd64"});
        options.push_back(world->folder(folder));
        return run_one(ours, options, more);
    }
    static std::string repository(const std::string &name) {
        return registry_host + "/" + world->name(name);
    }
    static std::string raw(const std::string &image) {
        auto shown = run_one(true, {"imagetools", "inspect", "--builder", builder, "--raw", image});
        EXPECT_EQ(shown.code, 0) << shown.err;
        return shown.out;
    }
    static bool is_tagged(const std::string &image) {
        auto shown = run_one(true, {"imagetools", "inspect", "--builder", builder, image});
        if (shown.code != 0) {
            EXPECT_THAT(shown.err, ::testing::HasSubstr("not found"));
        }
        return shown.code == 0;
    }
    // The same image of the same repository, so that the documents can be equal.
    struct Pushed {
        std::string index, metadata, id;
    };
    static Pushed push(bool ours, Words options) {
        auto image = repository("pushed");
        options.insert(options.end(),
                       {"--push", "-t", image + ":1", "-t", image + "/other:2", "--metadata-file",
                        world->folder("meta"), "--iidfile", world->folder("iid")});
        auto result = build(ours, options);
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(raw(image + ":1"), raw(image + "/other:2"));
        return {raw(image + ":1"), read_file(world->folder("meta")),
                read_file(world->folder("iid"))};
    }
    static std::string platforms(const nlohmann::json &index) {
        Words found;
        for (const auto &manifest : index.at("manifests"))
            found.push_back(manifest.at("platform").at("architecture"));
        return join(found, " ");
    }

    static inline World *world = nullptr;
    static inline std::string builder, a, b;
    static inline std::string registry_host;
    static inline std::string network; // the file of its network namespace, if it has one
    static inline Variables variables; // of both programs
};

} // namespace berth::test
