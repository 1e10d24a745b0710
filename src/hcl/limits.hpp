// SPDX-License-Identifier: Apache-2.0
// What the parsers of HCL and of its JSON form share.
#pragma once

namespace berth::hcl {

// Of blocks, expressions and templates within each other. Parsers are recursive; only a hostile
// file is deeper.
constexpr int deepest = 400;

inline bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

} // namespace berth::hcl
