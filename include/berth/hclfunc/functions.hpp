// SPDX-License-Identifier: Apache-2.0
// The functions that docker buildx offers in bake files (its docs/bake-stdlib.md), by name. Their
// results and errors are those of go-cty's function/stdlib, go-cty-funcs and docker buildx 0.38.
#pragma once

#include "berth/hcl/function.hpp"

namespace berth::hclfunc {

// All of them; none depends on another call. homedir() and timestamp() look at the system when they
// are called, uuidv4() and bcrypt() at its random source.
hcl::Functions standard_functions();

} // namespace berth::hclfunc
