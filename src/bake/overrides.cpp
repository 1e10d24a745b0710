// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/overrides.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "glob.hpp"
#include "names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace berth::bake {

namespace {

// Replaces other spellings of a key.
std::string plain_key(const std::string &key) {
    static const std::map<std::string, std::string> spellings{
        {"annotations", "annotation"}, {"args", "arg"},       {"entitlements", "entitlement"},
        {"extra-hosts", "extra-host"}, {"labels", "label"},   {"platforms", "platform"},
        {"resources", "resource"},     {"secrets", "secret"}, {"tags", "tag"},
        {"ulimits", "ulimit"}};
    auto found = spellings.find(key);
    return found == spellings.end() ? key : found->second;
}

enum class Kind { list, secret, resource, argument, named, single, unknown };

Kind kind_of(const std::string &key) {
    static const std::map<std::string, Kind> kinds{
        {"output", Kind::list},    {"cache-to", Kind::list},     {"cache-from", Kind::list},
        {"tag", Kind::list},       {"platform", Kind::list},     {"ssh", Kind::list},
        {"attest", Kind::list},    {"entitlement", Kind::list},  {"annotation", Kind::list},
        {"policy", Kind::list},    {"ulimit", Kind::list},       {"no-cache-filter", Kind::list},
        {"secret", Kind::secret},  {"resource", Kind::resource}, {"arg", Kind::argument},
        {"contexts", Kind::named}, {"label", Kind::named},       {"extra-host", Kind::named},
        {"context", Kind::single}, {"dockerfile", Kind::single}, {"target", Kind::single},
        {"call", Kind::single},    {"no-cache", Kind::single},   {"shm-size", Kind::single},
        {"network", Kind::single}, {"pull", Kind::single},       {"push", Kind::single},
        {"load", Kind::single}};
    auto found = kinds.find(key);
    return found == kinds.end() ? Kind::unknown : found->second;
}

// PATTERN.KEY[.NAME], the part before `=`.
struct Key {
    std::string written = {}; // with `+`, for messages
    std::string pattern = {}, key = {};
    std::optional<std::string> name = {};
    bool append = false;

    std::string id() const { return name ? key + "." + *name : key; }
};

Key read_key(const std::string &written) {
    Key key{.written = written, .append = written.ends_with('+')};
    auto text = key.append ? written.substr(0, written.size() - 1) : written;
    auto parts = split(text, '.');
    if (parts.size() < 2)
        throw Error(fmt::format("invalid override key {}, expected target.name", printable(text)));
    key.pattern = parts[0];
    key.key = plain_key(parts[1]);
    if (parts.size() > 2)
        key.name = text.substr(parts[0].size() + parts[1].size() + 2);
    if (parts[1] == "secrets" && key.name)
        throw Error(
            fmt::format("invalid key {}, secret does not support subkeys", printable(written)));
    return key;
}

void check_shape(const Key &key, Kind kind) {
    auto fail = [&key](const std::string &reason) {
        throw Error(fmt::format("invalid key {}, {}", printable(key.written), reason));
    };
    if ((kind == Kind::list || kind == Kind::single) && key.name)
        fail(key.key + " does not support subkeys");
    if ((kind == Kind::resource || kind == Kind::argument || kind == Kind::named) && !key.name)
        fail(key.key + " requires name");
    if (key.append && (kind == Kind::resource || (kind == Kind::secret && key.name)))
        fail(key.key + " does not support append");
}

void add_value(Override &override, const Key &key, const std::string &value) {
    if (!key.append && value.empty()) {
        override.clear = true;
        override.values.clear();
    } else {
        override.values.push_back(value);
    }
    override.append = key.append && !override.clear;
}

Strings targets_like(const Config &config, const std::string &pattern) {
    if (config.find_target(pattern) != nullptr)
        return {pattern};
    Strings names;
    for (const auto &target : config.targets) {
        auto result = match(pattern, target.name);
        if (result == Match::bad_pattern)
            throw Error(fmt::format("could not match targets with '{}': syntax error in pattern",
                                    printable(pattern)));
        if (result == Match::yes)
            names.push_back(target.name);
    }
    if (names.empty())
        throw Error(fmt::format("could not find any target matching '{}'", printable(pattern)),
                    ExitCode::failure, nearest_name(config, pattern));
    return names;
}

} // namespace

bool environment_allowed(const Environment &environment) {
    return !environment.flag("BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP");
}

Overrides read_overrides(const Config &config, const Strings &texts,
                         const Environment &environment) {
    Overrides overrides;
    for (const auto &text : texts) {
        auto equals = text.find('=');
        auto key = read_key(text.substr(0, equals));
        auto kind = kind_of(key.key);
        std::optional<std::string> value;
        if (equals != std::string::npos)
            value = text.substr(equals + 1);
        else if (kind != Kind::argument)
            throw Error(
                fmt::format("invalid override {}, expected target.name=value", printable(text)));
        auto names = targets_like(config, key.pattern);
        check_shape(key, kind);
        if (!value && environment_allowed(environment)) {
            value = environment.find(*key.name);
            if (!value)
                continue;
        }
        for (const auto &name : names) {
            auto &override = overrides[name][key.id()];
            if (kind == Kind::list || (kind == Kind::secret && !key.name))
                add_value(override, key, *value);
            else if (value)
                override.value = *value;
        }
    }
    return overrides;
}

} // namespace berth::bake
