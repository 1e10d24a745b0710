// SPDX-License-Identifier: Apache-2.0
// Definitions (BuildKit's build graphs) of what is at an address, for solves without a frontend.
// `step` is what progress calls a step.
#pragma once

#include "berth/job/git_reference.hpp"

#include "buildkit/ops.pb.h"

#include <cstddef>
#include <string>

namespace berth::job {

// docker buildx's limit for a Dockerfile or a definition at an address, in bytes.
inline constexpr std::size_t download_limit = 2u << 20;

// A directory with one file `name`, which comes from an http or https address.
pb::Definition http_definition(const std::string &url, const std::string &name,
                               const std::string &step);

// The directory of a repository. BuildKit asks the session for the secrets GIT_AUTH_TOKEN and
// GIT_AUTH_HEADER (alone and with `.HOST`), and for the SSH agent `default`.
pb::Definition git_definition(const GitReference &reference, const std::string &step);

// The content of a directory within the result of `from`, as a root of its own.
pb::Definition directory_of(const pb::Definition &from, const std::string &path,
                            const std::string &step);
// The content of an archive there.
pb::Definition unpacked(const pb::Definition &from, const std::string &path);

} // namespace berth::job
