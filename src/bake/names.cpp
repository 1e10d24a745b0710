// SPDX-License-Identifier: Apache-2.0
#include "names.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::bake {

std::string nearest_name(const Config &config, const std::string &name) {
    for (const auto &group : config.groups)
        if (group.name == name)
            return fmt::format("{} is a group: it contains itself, or a target is needed here",
                               name);
    Strings names;
    for (const auto &target : config.targets)
        names.push_back(target.name);
    for (const auto &group : config.groups)
        names.push_back(group.name);
    auto found = nearest(name, names);
    if (!found.empty())
        return fmt::format("did you mean {}?", found);
    return "`berth bake --list=targets` lists the targets";
}

} // namespace berth::bake
