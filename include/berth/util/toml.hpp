// SPDX-License-Identifier: Apache-2.0
// toml++, without exceptions and without its assertions: version 3.3 asserts of a file what it
// reports as an error right after (`[{`), and with NDEBUG lets clang assume it.
#pragma once

#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
