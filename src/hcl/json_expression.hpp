// SPDX-License-Identifier: Apache-2.0
// A JSON value as an expression. Its strings and the names of its properties are templates.
#pragma once

#include "berth/hcl/expression.hpp"

#include "json_tree.hpp"

namespace berth::hcl {

// The expression keeps the tree of `node` alive.
ExpressionPtr json_expression(JsonNodePtr node);

} // namespace berth::hcl
