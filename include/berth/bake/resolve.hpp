// SPDX-License-Identifier: Apache-2.0
// From all targets of a file to the ones that were asked for, with inheritance and overrides.
#pragma once

#include "berth/bake/access.hpp"
#include "berth/bake/overrides.hpp"
#include "berth/bake/target.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>

namespace berth::bake {

struct Selection {
    std::map<std::string, Target> targets = {}; // with those that contexts link to
    std::map<std::string, Group> groups = {};   // `default` has what was asked for
};

// `names` are targets, groups or patterns of either. Throws Error for an unknown one (with the
// nearest), for links that go in a circle, and for linked targets that lack a platform.
Selection select(const Config &config, const Strings &names, const Strings &overrides,
                 const Environment &environment, Access &access);

// The targets of a group and the groups within, itself included; a target alone gives its name.
struct Members {
    Strings targets = {}, groups = {};
};
Members members_of(const Config &config, const std::string &name);

} // namespace berth::bake
