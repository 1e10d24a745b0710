// SPDX-License-Identifier: Apache-2.0
#include "make.hpp"
#include "semver.hpp"

namespace berth::hclfunc {

namespace {

Value satisfies_constraint(Arguments arguments, const Type &) {
    auto version = parse_version(arguments[0].as_string());
    return Value::boolean(satisfies(version, arguments[1].as_string()));
}

} // namespace

Functions version_functions() {
    return {{"semvercmp",
             make({text("version"), text("contraint")}, Type::boolean(), satisfies_constraint)}};
}

} // namespace berth::hclfunc
