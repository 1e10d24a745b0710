// SPDX-License-Identifier: Apache-2.0
// Selects the requested targets of a file, with inheritance and overrides.
#pragma once

#include "berth/bake/access.hpp"
#include "berth/bake/overrides.hpp"
#include "berth/bake/target.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>

namespace berth::bake {

struct Selection {
    std::map<std::string, Target> targets = {}; // including those that contexts link to
    std::map<std::string, Group> groups = {};   // `default` has the requested ones
};

// `names` are targets, groups or patterns of either. Throws Error for an unknown name (with the
// most similar one), for circular links, and for linked targets that lack a platform.
Selection select(const Config &config, const Strings &names, const Strings &overrides,
                 const Environment &environment, Access &access);

// The targets of a group, and its groups with itself. For a target, its name.
struct Members {
    Strings targets = {}, groups = {};
};
Members members_of(const Config &config, const std::string &name);

} // namespace berth::bake
