// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/entries.hpp"
#include "berth/util/strings.hpp"

#include "replace.hpp"

#include <fmt/format.h>

#include <map>

namespace berth::bake {

namespace {

void add(std::string &text, const std::string &key, const std::string &value) {
    if (!text.empty())
        text += ',';
    text += csv_field(key + "=" + value);
}

void add_given(std::string &text, const std::string &key, const std::string &value) {
    if (!value.empty())
        add(text, key, value);
}

void add_all(std::string &text, const Fields &fields) {
    for (const auto &[key, value] : fields)
        add(text, key, value);
}

// Removes equal entries. The last entry fills the gap of a removed one, for docker buildx's order.
template<class Entry>
void remove_equal(std::vector<Entry> &entries) {
    for (std::size_t i = entries.size() < 2 ? 0 : entries.size() - 1; i-- > 0;)
        for (std::size_t j = i + 1; j < entries.size(); j++)
            if (entries[i] == entries[j]) {
                std::swap(entries[j], entries.back());
                entries.pop_back();
                break;
            }
}

template<class Entry>
void keep_last(std::vector<Entry> &entries, std::string Entry::*key) {
    std::map<std::string, std::size_t> places;
    std::vector<Entry> kept;
    for (auto &entry : entries) {
        auto [place, added] = places.emplace(entry.*key, kept.size());
        if (added)
            kept.push_back(std::move(entry));
        else
            kept[place->second] = std::move(entry);
    }
    entries = std::move(kept);
}

} // namespace

std::string to_csv(const CacheEntry &entry) {
    if (entry.type == "registry" && entry.attributes.size() == 1 &&
        entry.attributes.contains("ref"))
        return entry.attributes.at("ref");
    std::string text;
    add_given(text, "type", entry.type);
    add_all(text, entry.attributes);
    return text;
}

std::string to_csv(const OutputEntry &entry) {
    std::string text;
    add_given(text, "type", entry.type);
    add_given(text, "dest", entry.destination);
    add_all(text, entry.attributes);
    return text;
}

std::string to_csv(const Secret &entry) {
    std::string text;
    add_given(text, "id", entry.id);
    add_given(text, "src", entry.source);
    add_given(text, "env", entry.variable);
    return text;
}

std::string to_csv(const Ssh &entry) {
    return entry.paths.empty() ? entry.id : entry.id + "=" + join(entry.paths, ",");
}

std::string to_csv(const Attestation &entry) {
    std::string text;
    add_given(text, "type", entry.type);
    if (entry.disabled)
        add(text, "disabled", "true");
    add_all(text, entry.attributes);
    return text;
}

std::string to_csv(const Policy &entry) {
    std::string text;
    for (const auto &file : entry.files)
        add(text, "filename", file);
    if (entry.reset)
        add(text, "reset", "true");
    if (entry.disabled)
        add(text, "disabled", "true");
    if (entry.strict)
        add(text, "strict", *entry.strict ? "true" : "false");
    if (entry.log_level)
        add(text, "log-level", *entry.log_level);
    return text;
}

std::vector<std::string> to_pairs(const Resources &resources) {
    std::vector<std::string> pairs;
    auto add_pair = [&pairs](const char *name, const auto &value) {
        if (value)
            pairs.push_back(fmt::format("{}={}", name, *value));
    };
    add_pair("memory", resources.memory);
    add_pair("memory-swap", resources.memory_swap);
    add_pair("cpu-shares", resources.cpu_shares);
    add_pair("cpu-period", resources.cpu_period);
    add_pair("cpu-quota", resources.cpu_quota);
    add_pair("cpuset-cpus", resources.cpuset_cpus);
    add_pair("cpuset-mems", resources.cpuset_mems);
    return pairs;
}

void remove_duplicates(std::vector<CacheEntry> &entries) {
    remove_equal(entries);
}

void remove_duplicates(std::vector<OutputEntry> &entries) {
    remove_equal(entries);
}

void remove_duplicates(std::vector<Secret> &entries) {
    keep_last(entries, &Secret::id);
}

void remove_duplicates(std::vector<Ssh> &entries) {
    keep_last(entries, &Ssh::id);
}

void remove_duplicates(std::vector<Attestation> &entries) {
    keep_last(entries, &Attestation::type);
}

Resources merged(const Resources &earlier, const Resources &later) {
    auto result = earlier;
    replace(result.memory, later.memory);
    replace(result.memory_swap, later.memory_swap);
    replace(result.cpu_shares, later.cpu_shares);
    replace(result.cpu_period, later.cpu_period);
    replace(result.cpu_quota, later.cpu_quota);
    replace(result.cpuset_cpus, later.cpuset_cpus);
    replace(result.cpuset_mems, later.cpuset_mems);
    return result;
}

} // namespace berth::bake
