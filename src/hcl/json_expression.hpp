// SPDX-License-Identifier: Apache-2.0
// A JSON value as an expression: its strings are templates, names of properties too.
#pragma once

#include "berth/hcl/expression.hpp"

#include "json_tree.hpp"

namespace berth::hcl {

// `node` is part of a tree that it keeps alive.
ExpressionPtr json_expression(JsonNodePtr node);

} // namespace berth::hcl
