// SPDX-License-Identifier: Apache-2.0
// The possible values of PATH and --file: a directory, an address that BuildKit fetches itself, or
// standard input with a Dockerfile or an archive.
#pragma once

#include "berth/context/local_context.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::job {

// Whether the first 1 KiB of a file are those of a tar archive, by the sum over its first header,
// or of a file compressed by gzip, bzip2, xz or zstd.
bool is_archive(std::string_view head);

// Standard input: fills the buffer and returns the number of bytes, 0 at the end.
using Input = std::function<std::size_t(char *buffer, std::size_t size)>;

// The context of the command line. An existing directory takes precedence over an address of the
// same name, as in docker buildx. `in` is read when `path` or `file` is "-". Throws Error with
// docker buildx's message. Does not read a Dockerfile at an address; reads an archive on standard
// input only when the build requests it.
context::LocalContext read_context(const std::string &path, const std::string &file,
                                   const Input &in);

// The same with the text of the Dockerfile.
context::LocalContext read_context_for(std::string dockerfile, const std::string &path,
                                       const Input &in);

// The directories and OCI layouts among --build-context values (NAME=VALUE), by name; BuildKit
// interprets other values. Throws Error for a path that is neither.
std::map<std::string, context::LocalContext>
read_named_contexts(const std::vector<std::string> &values);

} // namespace berth::job
