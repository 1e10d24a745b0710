// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/flavour.hpp"

#include "berth/util/strings.hpp"

namespace berth::docker {

Flavour flavour_of(std::string_view program) {
    auto name = lower(program.substr(program.rfind('/') + 1)); // npos + 1 is 0
    if (name.find("podman") != std::string::npos)
        return Flavour::podman;
    if (name.find("nerdctl") != std::string::npos)
        return Flavour::nerdctl;
    return Flavour::docker;
}

std::string image_name(Flavour flavour, const std::string &reference) {
    if (flavour != Flavour::podman)
        return reference;
    auto slash = reference.find('/');
    auto host = slash == std::string::npos ? "" : reference.substr(0, slash);
    // Docker's rule for the host of a registry in a name.
    bool has_host = host.find_first_of(".:") != std::string::npos || host == "localhost";
    if (has_host || reference.starts_with("sha256:"))
        return reference;
    return (slash == std::string::npos ? "docker.io/library/" : "docker.io/") + reference;
}

} // namespace berth::docker
