// SPDX-License-Identifier: Apache-2.0
// How a later definition changes an earlier one: what it does not set stays.
#pragma once

#include <optional>

namespace berth::bake {

template<class T>
void replace(std::optional<T> &target, const std::optional<T> &later) {
    if (later)
        target = later;
}

} // namespace berth::bake
