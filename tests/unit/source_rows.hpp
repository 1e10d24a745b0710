// SPDX-License-Identifier: Apache-2.0
// The entries of a directory that BuildKit's client sends for patterns of a build: recorded from
// github.com/tonistiigi/fsutil v0.0.0-20261103091533. Patterns are separated by ", ".
#pragma once

#include <gtest/gtest.h>

#include <ostream>

namespace berth::context {

struct SourceRow {
    const char *include, *exclude, *follow;
    const char *listed; // "all": everything
};

inline void PrintTo(const SourceRow &row, std::ostream *out) {
    *out << "include " << row.include << "; exclude " << row.exclude << "; follow " << row.follow;
}

constexpr const char *source_files =
    "Dockerfile README.md a.go src/main.go src/main_test.go src/lib/x.go src/lib/deep/y.go "
    "docs/a.md docs/api/z.md foo/bar foobar/x a-b/c a/d [z]/e";
constexpr const char *source_links[][2] = {
    {"link", "docs"},     {"src/up", "../docs/a.md"}, {"abs", "/src/lib"}, {"loop", "loop"},
    {"out", "../../foo"}, {"chain", "link/api"},      {"docs/self", "."},  {"dangling", "none/x"},
};

// clang-format off
constexpr SourceRow source_rows[] = {
    {"", "", "",
     "all"},
    {"", "src", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self foo foo/bar foobar foobar/x link loop out"},
    {"", "src, !src/lib/x.go", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self foo foo/bar foobar foobar/x link loop out src src/lib src/lib/x.go"},
    {"", "*, !src/lib", "",
     "src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go"},
    {"", "**/*.go, !src/main.go", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self foo foo/bar foobar foobar/x link loop out src src/lib src/lib/deep src/main.go src/up"},
    {"", "src/lib, !src/lib/deep/*.go", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self foo foo/bar foobar foobar/x link loop out src src/lib src/lib/deep src/lib/deep/y.go src/main.go src/main_test.go src/up"},
    {"", "/docs", "",
     "all"},
    {"", "docs/, !docs/api/../a.md", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md foo foo/bar foobar foobar/x link loop out src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go src/main.go src/main_test.go src/up"},
    {"", " foo ", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self foobar foobar/x link loop out src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go src/main.go src/main_test.go src/up"},
    {"", "foo**", "",
     "Dockerfile README.md [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self link loop out src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go src/main.go src/main_test.go src/up"},
    {"src/*.go", "", "",
     "src src/main.go src/main_test.go"},
    {"src", "src/lib", "",
     "src src/main.go src/main_test.go src/up"},
    {"**/x*", "", "",
     "foobar foobar/x src src/lib src/lib/x.go"},
    {"src, !src/lib", "", "",
     "src src/main.go src/main_test.go src/up"},
    {"a", "", "",
     "a a/d"},
    {"none", "", "",
     ""},
    {"*", "*.md", "",
     "Dockerfile [z] [z]/e a a/d a-b a-b/c a.go abs chain dangling docs docs/a.md docs/api docs/api/z.md docs/self foo foo/bar foobar foobar/x link loop out src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go src/main.go src/main_test.go src/up"},
    {"", "", "src/main.go",
     "src src/main.go"},
    {"", "", "Dockerfile, Dockerfile.dockerignore",
     "Dockerfile"},
    {"", "", ".",
     "all"},
    {"", "", "/",
     "all"},
    {"", "", "link",
     "docs docs/a.md docs/api docs/api/z.md docs/self link"},
    {"", "", "link/api",
     "docs docs/api docs/api/z.md link"},
    {"", "", "chain",
     "chain docs docs/api docs/api/z.md link"},
    {"", "", "chain/z.md, docs/api",
     "chain docs docs/api docs/api/z.md link"},
    {"", "", "src/up",
     "docs docs/a.md src src/up"},
    {"", "", "abs/x.go",
     "abs src src/lib src/lib/x.go"},
    {"", "", "loop",
     "loop"},
    {"", "", "out",
     "foo foo/bar out"},
    {"", "", "dangling",
     "dangling"},
    {"", "", "*.md",
     "README.md"},
    {"", "", "src/*.go",
     "src src/main.go src/main_test.go"},
    {"", "", "src/*/x.go",
     "src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go src/main.go src/main_test.go src/up"},
    {"", "", "l*",
     "docs docs/a.md docs/api docs/api/z.md docs/self link loop"},
    {"", "", "docs/self/self/a.md",
     "docs docs/self"},
    {"", "", "link/a.md, link/api/z.md",
     "docs docs/a.md link"},
    {"", "", "\\[z]/e",
     "[z] [z]/e"},
    {"", "", "a, a-b, a/d",
     "a a/d a-b a-b/c"},
    {"", "src/main.go", "src",
     "src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go src/main_test.go src/up"},
    {"", "docs", "link",
     "link"},
    {"", "", "../foo",
     ""},
    {"foo", "", "src/up",
     "docs docs/a.md foo foo/bar src src/up"},
    {"", "**", "src",
     ""},
    {"", "", "src/lib/, foo//bar",
     "foo foo/bar src src/lib src/lib/deep src/lib/deep/y.go src/lib/x.go"},
    {"", "", "*/lib",
     "all"},
    {"", "", "?o*",
     "Dockerfile docs docs/a.md docs/api docs/api/z.md docs/self foo foo/bar foobar foobar/x loop"},
};
// clang-format on

} // namespace berth::context
