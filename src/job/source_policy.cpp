// SPDX-License-Identifier: Apache-2.0
#include "berth/job/source_policy.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::job {
namespace {

namespace policy = moby::buildkit::v1::sourcepolicy;
using nlohmann::json;

// An enumeration is written as its name, in capitals, or as its number.
template<class Enum>
Enum read_enum(const json &object, const char *key, bool (*parse)(const std::string &, Enum *),
               bool (*valid)(int)) {
    auto found = object.find(key);
    if (found == object.end())
        return Enum(0);
    Enum value = Enum(0);
    if (found->is_string() && parse(found->get<std::string>(), &value))
        return value;
    if (found->is_number_integer() && valid(found->get<int>()))
        return Enum(found->get<int>());
    throw Error(fmt::format("{} of a rule cannot be {}", key, printable(found->dump())));
}

void read_selector(const json &from, policy::Selector &selector) {
    selector.set_identifier(from.value("identifier", ""));
    selector.set_match_type(read_enum<policy::MatchType>(
        from, "match_type",
        [](const std::string &text, policy::MatchType *value) {
            return policy::MatchType_Parse(text, value);
        },
        policy::MatchType_IsValid));
    for (const auto &one : from.value("constraints", json::array())) {
        auto *constraint = selector.add_constraints();
        constraint->set_key(one.value("key", ""));
        constraint->set_value(one.value("value", ""));
        constraint->set_condition(read_enum<policy::AttrMatch>(
            one, "condition",
            [](const std::string &text, policy::AttrMatch *value) {
                return policy::AttrMatch_Parse(text, value);
            },
            policy::AttrMatch_IsValid));
    }
}

policy::Policy read(const json &from) {
    policy::Policy result;
    result.set_version(from.value("version", std::int64_t{0}));
    for (const auto &one : from.value("rules", json::array())) {
        auto *rule = result.add_rules();
        rule->set_action(read_enum<policy::PolicyAction>(
            one, "action",
            [](const std::string &text, policy::PolicyAction *value) {
                return policy::PolicyAction_Parse(text, value);
            },
            policy::PolicyAction_IsValid));
        if (auto selector = one.find("selector"); selector != one.end())
            read_selector(*selector, *rule->mutable_selector());
        if (auto updates = one.find("updates"); updates != one.end()) {
            rule->mutable_updates()->set_identifier(updates->value("identifier", ""));
            for (const auto &[key, value] :
                 updates->value("attrs", std::map<std::string, std::string>()))
                (*rule->mutable_updates()->mutable_attrs())[key] = value;
        }
    }
    return result;
}

} // namespace

policy::Policy read_source_policy(const std::filesystem::path &file) {
    constexpr std::size_t largest_policy = 16u << 20;
    std::string why;
    auto policy = read_json(read_file(file, largest_policy, Special::read), &why);
    try {
        if (policy.is_discarded())
            throw Error(why);
        return read(policy);
    } catch (const Error &error) {
        throw Error(fmt::format("failed to parse source policy {}: {}", printable(file.string()),
                                error.what()));
    } catch (const json::exception &error) {
        throw Error(fmt::format("failed to parse source policy {}: {}", printable(file.string()),
                                printable(error.what())));
    }
}

} // namespace berth::job
