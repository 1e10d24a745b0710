// What the argument of `berth build` and --file may name: a folder, an address that BuildKit
// fetches itself, or standard input, which brings a Dockerfile or an archive.
#pragma once

#include "berth/context/local_context.hpp"

#include <istream>
#include <map>
#include <string>
#include <vector>

namespace berth::build {

// A git or http address, in the forms of docker: http(s)://, git://, ssh://, git@HOST:…,
// github.com/…
bool is_remote(const std::string &path);

// The context of the command line. An existing folder comes before an address of the same name, as
// with docker buildx. `in` is read when `path` or `file` is "-". Throws Error with docker buildx's
// words. Of a Dockerfile at an address it knows nothing. `list`: walk through a folder now
// (list_context_files() does it later).
context::LocalContext read_context(const std::string &path, const std::string &file,
                                   std::istream &in, bool list = true);
// Throws Error likewise.
void list_context_files(context::LocalContext &context);

// The same, with this text for a Dockerfile.
context::LocalContext read_context_for(std::string dockerfile, const std::string &path,
                                       std::istream &in);

// The folders among --build-context values (NAME=VALUE), by name; other values are BuildKit's
// matter. Throws Error for what is neither.
std::map<std::string, context::LocalContext>
read_named_contexts(const std::vector<std::string> &values);

// buildctl's command line, in a script that serves the context to it when it is an archive.
std::vector<std::string> served(const context::LocalContext &context,
                                std::vector<std::string> buildctl);

} // namespace berth::build
