// SPDX-License-Identifier: Apache-2.0
// The schemes of contexts and files that docker buildx defines for bake.
#pragma once

#include <initializer_list>
#include <string_view>

namespace berth::bake {

constexpr std::string_view local_scheme = "cwd://"; // here, also if the definition is remote
constexpr std::string_view link_scheme = "target:"; // the result of another target

// Whether a context is of docker buildx's forms that are no directory: of these, images, layouts.
inline bool has_scheme(std::string_view context) {
    for (std::string_view scheme : {local_scheme, link_scheme, std::string_view("docker-image:"),
                                    std::string_view("oci-layout://")})
        if (context.starts_with(scheme))
            return true;
    return false;
}

} // namespace berth::bake
