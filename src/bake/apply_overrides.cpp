// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/overrides.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace berth::bake {

namespace {

bool read_switch(const std::string &key, const std::string &value) {
    auto flag = parse_bool(value);
    if (!flag)
        throw Error(fmt::format("invalid value {} for boolean key {}", printable(value), key));
    return *flag;
}

// Lists that an override replaces, unless it has `+=`.
template<class T>
void change(std::optional<std::vector<T>> &target, std::vector<T> values, bool append) {
    if (!append || !target)
        target.emplace();
    target->insert(target->end(), values.begin(), values.end());
}

// Lists that an override adds to, unless it is empty.
template<class T>
void add(std::optional<std::vector<T>> &target, std::vector<T> values, bool clear) {
    change(target, std::move(values), !clear);
}

template<class Read>
auto read_all(const Strings &texts, Read read) {
    std::vector<decltype(read(std::string()))> entries;
    for (const auto &text : texts)
        if (!text.empty())
            entries.push_back(read(text));
    return entries;
}

// docker buildx reports errors of secrets as "outputs" too.
template<class Read>
auto read_outputs(const Override &override, Read read) {
    try {
        return read_all(override.values, read);
    } catch (const Error &error) {
        throw Error(fmt::format("invalid value for outputs: {}", error.what()));
    }
}

std::vector<CacheEntry> read_all_caches(const Strings &texts) {
    std::vector<CacheEntry> entries;
    for (const auto &text : texts)
        for (auto &entry : read_caches(text))
            entries.push_back(std::move(entry));
    return entries;
}

// For --push=false. Like docker buildx, it fills the gap of a removed output with the last one.
void forbid_push(std::vector<OutputEntry> &outputs) {
    for (std::size_t i = 0; i < outputs.size();) {
        if (outputs[i].type == "registry") {
            std::swap(outputs[i], outputs.back());
            outputs.pop_back();
            continue;
        }
        if (outputs[i].type == "image")
            outputs[i].attributes["push"] = "false";
        i++;
    }
}

void force_push(std::vector<OutputEntry> &outputs) {
    bool add_image = true;
    for (auto &output : outputs) {
        add_image = add_image && output.type == "docker";
        if (output.type == "image")
            output.attributes["push"] = "true";
    }
    if (add_image)
        outputs.push_back({.type = "image", .attributes = {{"push", "true"}}});
}

void force_load(std::vector<OutputEntry> &outputs) {
    for (const auto &output : outputs) {
        if (output.type == "docker" && output.destination.empty())
            return;
        if (output.type != "docker" && output.type != "image" && output.type != "registry" &&
            output.type != "oci")
            return;
    }
    outputs.push_back({.type = "docker"});
}

class Applier {
  public:
    Applier(Target &target, Access &access) : target_(target), access_(access) {}

    void apply(const std::string &id, const Override &override) {
        auto dot = id.find('.');
        auto key = id.substr(0, dot);
        auto name = dot == std::string::npos ? std::string() : id.substr(dot + 1);
        if (!apply_single(key, override.value) && !apply_named(key, name, override.value) &&
            !apply_list(key, override) && !apply_entries(key, override))
            apply_secret_or_fail(key, dot == std::string::npos ? nullptr : &name, override);
    }

    void finish() {
        for (const auto &[id, value] : secret_sources_) {
            change_secret(id, value);
            named_secrets_.insert(id);
        }
        if (!target_.secrets)
            return;
        for (const auto &secret : *target_.secrets)
            if (named_secrets_.contains(secret.id) && !secret.source.empty())
                access_.read.push_back(secret.source);
    }

  private:
    bool apply_single(const std::string &key, const std::string &value) {
        if (key == "context")
            target_.context = value;
        else if (key == "dockerfile")
            target_.dockerfile = value;
        else if (key == "target")
            target_.target = value;
        else if (key == "call")
            target_.call = value;
        else if (key == "no-cache")
            target_.no_cache = read_switch(key, value);
        else if (key == "pull")
            target_.pull = read_switch(key, value);
        else if (key == "shm-size")
            target_.shm_size = value;
        else if (key == "network")
            target_.network = value;
        else
            return false;
        return true;
    }

    bool apply_named(const std::string &key, const std::string &name, const std::string &value) {
        auto set = [&](auto &values) {
            if (!values)
                values.emplace();
            (*values)[name] = value;
        };
        if (key == "arg")
            set(target_.args);
        else if (key == "contexts")
            set(target_.contexts);
        else if (key == "label")
            set(target_.labels);
        else if (key == "extra-host")
            set(target_.extra_hosts);
        else if (key == "resource") {
            if (!target_.resources)
                target_.resources.emplace();
            set_resource(*target_.resources, name, value);
        } else
            return false;
        return true;
    }

    bool apply_list(const std::string &key, const Override &override) {
        if (key == "tag")
            change(target_.tags, override.values, override.append);
        else if (key == "platform")
            change(target_.platforms, override.values, override.append);
        else if (key == "no-cache-filter")
            change(target_.no_cache_filter, override.values, override.append);
        else if (key == "ulimit")
            change(target_.ulimits, override.values, override.append);
        else if (key == "annotation")
            add(target_.annotations, override.values, override.clear);
        else if (key == "entitlement") {
            add(target_.entitlements, override.values, override.clear);
            for (const auto &value : override.values) {
                access_.host_network = access_.host_network || value == "network.host";
                access_.insecure = access_.insecure || value == "security.insecure";
            }
        } else
            return false;
        return true;
    }

    bool apply_entries(const std::string &key, const Override &override) {
        if (key == "policy")
            change(target_.policies, read_all(override.values, read_policy), override.append);
        else if (key == "cache-from")
            set_caches(target_.cache_from, override, "src", access_.read);
        else if (key == "cache-to")
            set_caches(target_.cache_to, override, "dest", access_.write);
        else if (key == "ssh")
            set_ssh(override);
        else if (key == "output")
            set_outputs(override);
        else if (key == "attest")
            add(target_.attest, read_all(override.values, read_attestation), override.clear);
        else if (key == "push" || key == "load")
            switch_output(key, read_switch(key, override.value));
        else
            return false;
        return true;
    }

    void set_caches(std::optional<std::vector<CacheEntry>> &caches, const Override &override,
                    const std::string &path, Strings &allowed) {
        change(caches, read_all_caches(override.values), override.append);
        for (const auto &cache : *caches)
            if (cache.type == "local" && cache.attributes.contains(path))
                allowed.push_back(cache.attributes.at(path));
    }

    void set_ssh(const Override &override) {
        change(target_.ssh, read_all(override.values, read_ssh), override.append);
        for (const auto &ssh : *target_.ssh)
            access_.read.insert(access_.read.end(), ssh.paths.begin(), ssh.paths.end());
    }

    void set_outputs(const Override &override) {
        change(target_.outputs, read_outputs(override, read_output), override.append);
        for (const auto &output : *target_.outputs)
            if (!output.destination.empty())
                access_.write.push_back(output.destination);
    }

    void switch_output(const std::string &key, bool wanted) {
        auto outputs = target_.outputs.value_or(std::vector<OutputEntry>());
        if (key == "load" && wanted)
            force_load(outputs);
        else if (key == "push" && wanted)
            force_push(outputs);
        else if (key == "push")
            forbid_push(outputs);
        if (target_.outputs || !outputs.empty())
            target_.outputs = std::move(outputs);
    }

    void apply_secret_or_fail(const std::string &key, const std::string *id,
                              const Override &override) {
        if (key != "secret")
            throw Error(fmt::format("unknown key: {}", printable(key)));
        if (id != nullptr) {
            secret_sources_[*id] = override.value;
            return;
        }
        auto secrets = read_outputs(override, read_secret);
        for (const auto &secret : secrets)
            named_secrets_.insert(secret.id);
        change(target_.secrets, std::move(secrets), override.append);
        remove_duplicates(*target_.secrets);
    }

    void change_secret(const std::string &id, const std::string &value) {
        if (id.empty())
            throw Error("invalid format for secret, expecting secret.<id>=<value>");
        if (target_.secrets)
            for (auto &secret : *target_.secrets) {
                if (secret.id != id)
                    continue;
                auto source = read_secret(value);
                if (!source.id.empty() && source.id != id)
                    throw Error(fmt::format(
                        "secret override id \"{}\" does not match declared secret \"{}\"",
                        printable(source.id), printable(id)));
                secret.variable = source.variable;
                secret.source = source.source;
                return;
            }
        throw Error(fmt::format("secret \"{}\" must be declared before it can be overridden",
                                printable(id)));
    }

    Target &target_;
    Access &access_;
    std::map<std::string, std::string> secret_sources_;
    std::set<std::string> named_secrets_;
};

} // namespace

// `push` and `load` change outputs, so they come last. (docker buildx applies overrides in no
// certain order.)
void apply(Target &target, const TargetOverrides &overrides, Access &access) {
    Applier applier(target, access);
    auto late = [](const std::string &id) { return id == "push" || id == "load"; };
    for (const auto &[id, override] : overrides)
        if (!late(id))
            applier.apply(id, override);
    for (const auto &[id, override] : overrides)
        if (late(id))
            applier.apply(id, override);
    applier.finish();
}

} // namespace berth::bake
