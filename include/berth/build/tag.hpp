// Image references as `--tag` takes them.
#pragma once

#include <string>

namespace berth::build {

// Throws a usage error with docker's words unless `tag` is an image reference.
void check_tag(const std::string &tag);
// As `docker image ls` shows it: with `:latest` when it has neither tag nor digest.
std::string with_default_tag(const std::string &tag);

} // namespace berth::build
