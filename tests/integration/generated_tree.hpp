// SPDX-License-Identifier: Apache-2.0
// A random directory tree, and random edits of it.
#pragma once

#include "generated_random.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace berth::test {

class GeneratedTree {
  public:
    GeneratedTree(std::filesystem::path root, Random &random);

    const std::filesystem::path &root() const { return root_; }
    // Every path below the root, sorted.
    std::vector<std::string> paths() const;
    // Writes a file of the root with an old time; edits leave these files alone.
    void write_fixed(const std::string &name, const std::string &content);
    // Makes one edit and returns what it did.
    std::string edit();
    // By the digest of content that a rewrite of the same size and time replaced, the digest of the
    // current content. docker buildx does not notice such a rewrite.
    const std::map<std::string, std::string> &rewritten() const { return rewritten_; }

  private:
    std::string new_path();
    void add_entry();
    void add_file(const std::filesystem::path &path);
    void add_symlink(const std::filesystem::path &path);
    void add_special(const std::filesystem::path &path);
    void set_old_time(const std::filesystem::path &path);
    std::string rewrite(const std::filesystem::path &path);
    std::string replace(const std::filesystem::path &path);
    std::string movable(); // a path that edits may touch, or ""

    std::filesystem::path root_;
    Random &random_;
    bool any_bytes_;   // names that are not UTF-8
    bool special_too_; // sockets and pipes
    std::vector<std::string> fixed_;
    std::map<std::string, std::string> rewritten_;
};

} // namespace berth::test
