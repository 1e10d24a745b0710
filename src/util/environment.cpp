// SPDX-License-Identifier: Apache-2.0
#include "berth/util/environment.hpp"

#include "berth/util/strings.hpp"

#include <string_view>
#include <unistd.h>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#endif

namespace berth {

Environment Environment::of_process() {
    std::map<std::string, std::string> variables;
    for (char **entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        std::string_view line(*entry);
        auto equals = line.find('=');
        if (equals != std::string_view::npos)
            variables.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return Environment(std::move(variables));
}

std::optional<std::string> Environment::find(const std::string &name) const {
    auto found = variables_.find(name);
    if (found == variables_.end())
        return std::nullopt;
    return found->second;
}

std::string Environment::get(const std::string &name, const std::string &fallback) const {
    auto found = variables_.find(name);
    return found == variables_.end() || found->second.empty() ? fallback : found->second;
}

bool Environment::flag(const std::string &name) const {
    return parse_bool(get(name)).value_or(false);
}

} // namespace berth
