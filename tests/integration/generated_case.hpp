// SPDX-License-Identifier: Apache-2.0
// A random build: trees, a Dockerfile, ignore files and the ways to give them to `build`.
#pragma once

#include "generated_tree.hpp"

#include <memory>

namespace berth::test {

struct Invocation {
    std::string directory;              // where the command runs
    std::vector<std::string> arguments; // of `build`, without builder and output
    std::string input;                  // its standard input
};

class GeneratedCase {
  public:
    GeneratedCase(const std::filesystem::path &directory, std::uint64_t seed);

    Invocation invocation(); // a random one of the same build
    std::string edit();      // a readable description
    std::string description() const;
    std::map<std::string, std::string> rewritten() const; // see GeneratedTree

    Random &random() { return random_; }

  private:
    std::filesystem::path directory_;
    // docker buildx keeps one copy in the builder for each base name of a context.
    std::string context_name_, named_name_;
    Random random_;
    std::unique_ptr<GeneratedTree> context_, named_;
    std::string dockerfile_, ignore_, own_ignore_;
};

} // namespace berth::test
