// SPDX-License-Identifier: Apache-2.0
// The functions of bake files in docker buildx (its docs/bake-stdlib.md), by name. Their results
// and errors are those of go-cty's function/stdlib, go-cty-funcs and docker buildx 0.38.
#pragma once

#include "berth/hcl/function.hpp"

namespace berth::hclfunc {

// All functions. They share no state. homedir() and timestamp() read the system at each call,
// uuidv4() and bcrypt() its random source.
hcl::Functions standard_functions();

} // namespace berth::hclfunc
