// SPDX-License-Identifier: Apache-2.0
// Shared parts of integration tests: a private world (store, cache, directories) on the real
// engine, runs of berth and docker buildx in it, and builders that are removed after the suite.
#pragma once

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace berth::test {

struct Result {
    int code = 0; // 128 + signal when a signal ended it
    std::string out, err;
};

using Variables = std::map<std::string, std::string>;

// Runs a command to its end, or for `kill_after` and then sends it `signal`.
Result run(const std::vector<std::string> &argv, const Variables &variables = {},
           const std::string &input = {});
Result run_and_signal(const std::vector<std::string> &argv, const Variables &variables,
                      const std::function<bool()> &when, int signal);

// The engine and the registry that the tests use; they fail with a hint if missing.
std::string docker_program();
std::string registry();                    // $BERTH_TEST_REGISTRY
std::vector<std::string> config_options(); // options of a builder that reaches it

Result docker(const std::vector<std::string> &arguments);
nlohmann::json inspect(const std::string &name); // docker inspect; null if missing
std::string image_id(const std::string &reference);

// A private store, and unique names.
class World {
  public:
    World();
    ~World(); // removes builders, images and files

    // A name with a prefix that shows its origin.
    std::string name(const std::string &base) const { return prefix_ + base; }
    std::string image(const std::string &base); // removed at the end
    const std::filesystem::path &path() const { return directory_.path(); }

    // Writes a file below the world's directory and returns its path.
    std::string write(const std::string &file, const std::string &content, unsigned mode = 0644);
    std::string folder(const std::string &name) const { return (path() / name).string(); }

    Result berth(std::vector<std::string> arguments, const Variables &more = {},
                 const std::string &input = {});
    Result peer(std::vector<std::string> arguments, const Variables &more = {},
                const std::string &input = {});
    Variables variables(const Variables &more = {}) const;

    // `berth create` with the test's configuration; fails the test on errors.
    std::string builder(const std::string &base, const std::vector<std::string> &options = {},
                        bool bootstrap = true);
    // Starts a program of this machine in the engine's network, which builders with network=host
    // share. Fails the test on errors.
    void beside_the_builder(const std::string &base, std::vector<std::string> words);
    // Records every docker command that berth runs from now on.
    Variables counting();
    std::vector<std::string> docker_commands() const;

  private:
    TemporaryDirectory directory_;
    std::string prefix_;
    std::vector<std::string> images_;
};

// Expects that berth was not ended by a signal, and printed one error unless it succeeded.
void expect_one_error(const Result &result, const std::string &what = {});

// The number of lines with `text`.
std::size_t count(const std::string &haystack, const std::string &text);
// Progress without values that vary: times, sizes in transfer.
std::string without_times(std::string text);

} // namespace berth::test
