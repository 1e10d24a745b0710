// --call and --check: the frontend looks at the Dockerfile, and buildctl prints what it found.
#pragma once

#include "berth/build/options.hpp"

#include <ostream>
#include <string>

namespace berth::build {

// Throws a usage error for a method that buildctl gives no answer of: JSON.
void check_call(const std::string &call);

// Prints it as docker buildx does; false when a check found something.
bool print_call_result(std::ostream &out, const BuildOptions &options, const std::string &text);

} // namespace berth::build
