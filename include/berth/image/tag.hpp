// SPDX-License-Identifier: Apache-2.0
// Image references as `--tag` takes them.
#pragma once

#include <string>

namespace berth::image {

// Throws a usage error with docker's message unless `tag` is an image reference.
void check_tag(const std::string &tag);
// The name of a named context as BuildKit looks it up: `docker.io/library/alpine:latest`, `alpine`
// and the forms between are one. Throws a usage error unless it is an image reference.
std::string context_name(const std::string &name);
// The form of RepoTags in `docker image inspect`: without `docker.io/` and `library/`, and with
// `:latest` if it has neither tag nor digest.
std::string familiar_tag(const std::string &tag);
// The reverse, the form in containerd: with host and tag, `docker.io/library/app:latest`.
std::string full_tag(const std::string &tag);

} // namespace berth::image
