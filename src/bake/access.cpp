// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/access.hpp"

#include "berth/bake/entries.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <set>

namespace berth::bake {

namespace {

using Strings = std::vector<std::string>;
using Paths = std::set<std::string>;
namespace fs = std::filesystem;

constexpr const char *local_delete = "buildx.local.delete";

struct Existing {
    std::string path, rest; // resolved; the part that does not exist
};

// Puts the names of `path` before the others.
void prepend(std::deque<fs::path> &names, const fs::path &path) {
    auto relative = path.relative_path();
    names.insert(names.begin(), relative.begin(), relative.end());
}

// The part of a path that exists, without symbolic links. Also follows a link whose target does not
// exist: the target is what a build would create.
Existing existing_part(const std::string &text) {
    constexpr int most_links = 255;
    std::deque<fs::path> names;
    prepend(names, fs::absolute(text.empty() ? "." : text).lexically_normal());
    fs::path known = "/", rest;
    for (int links = 0; !names.empty();) {
        auto name = names.front();
        std::error_code error;
        auto next = name == ".." ? known.parent_path() : known / name;
        auto status = fs::symlink_status(next, error);
        if (!fs::exists(status))
            break;
        names.pop_front();
        if (!fs::is_symlink(status)) {
            if (!name.empty() && name != ".")
                known = next;
            continue;
        }
        if (++links > most_links)
            throw Error(fmt::format("too many symbolic links: {}", printable(text)));
        auto target = fs::read_symlink(next, error);
        if (target.is_absolute())
            known = "/";
        prepend(names, target);
    }
    for (const auto &name : names)
        rest /= name;
    rest = rest.lexically_normal();
    bool leads_up = !rest.empty() && *rest.begin() == "..";
    return {leads_up ? "/" : known.string(), rest.string()};
}

bool is_at_or_below(const std::string &path, const std::string &parent) {
    return path == parent || parent == "/" || path.starts_with(parent + "/");
}

Strings missing_paths(const Strings &allowed, const Paths &wanted) {
    Strings granted;
    for (const auto &path : allowed) {
        if (path == "*")
            return {};
        auto [known, rest] = existing_part(path);
        granted.push_back(rest.empty() ? known : clean_path(known + "/" + rest));
    }
    Paths resolved;
    for (const auto &path : wanted)
        resolved.insert(clean_path(existing_part(path).path));
    Strings missing;
    for (const auto &path : resolved) { // a directory sorts before its content
        auto covers = [&path](const std::string &parent) { return is_at_or_below(path, parent); };
        if (std::none_of(granted.begin(), granted.end(), covers) &&
            std::none_of(missing.begin(), missing.end(), covers))
            missing.push_back(path);
    }
    return missing;
}

// As a reader in the working directory would write it.
std::string shown_path(const std::string &path) {
    std::error_code error;
    auto relative = fs::path(path).lexically_relative(fs::canonical(".", error)).string();
    return error || relative.empty() || relative.starts_with("../..") ? path : relative;
}

struct Wanted {
    Paths read, write;
    bool host_network = false, insecure = false, ssh = false, local_delete = false;
    bool all_devices = false;
    std::set<std::string> devices;
};

void add_inputs(Wanted &wanted, const job::BuildOptions &options) {
    bool remote = is_remote_address(options.context);
    if (!remote)
        wanted.read.insert(options.context);
    // Beside an address, an absolute Dockerfile is of this machine.
    if (!options.dockerfile_inline && !is_remote_address(options.file) &&
        (!remote || options.file.starts_with('/')))
        wanted.read.insert(options.file);
    for (const auto &context : options.build_contexts) {
        auto value = context.substr(context.find('=') + 1);
        constexpr std::string_view layout = "oci-layout://";
        if (value.starts_with(layout))
            value = value.substr(layout.size(),
                                 value.find_first_of("@:", layout.size()) - layout.size());
        else if (is_remote_address(value) || value.starts_with("docker-image:"))
            continue;
        wanted.read.insert(value);
    }
}

void add_caches(Wanted &wanted, const job::BuildOptions &options) {
    auto add = [](const Strings &texts, const char *attribute, Paths &paths) {
        for (const auto &text : texts)
            for (const auto &cache : read_caches(text))
                if (cache.type == "local" && cache.attributes.contains(attribute))
                    paths.insert(cache.attributes.at(attribute));
    };
    add(options.cache_from, "src", wanted.read);
    add(options.cache_to, "dest", wanted.write);
}

void add_outputs(Wanted &wanted, const job::BuildOptions &options) {
    for (const auto &text : options.outputs) {
        auto output = read_output(text);
        if (!output.destination.empty() && output.destination != "-")
            wanted.write.insert(output.destination);
        if (output.type == "local" && output.attributes.contains("mode"))
            wanted.local_delete = wanted.local_delete || output.attributes.at("mode") == "delete";
    }
}

void add_secrets(Wanted &wanted, const job::BuildOptions &options, const Environment &environment) {
    for (const auto &text : options.secrets) {
        auto secret = read_secret(text);
        if (!secret.source.empty())
            wanted.read.insert(secret.source);
        else if (secret.variable.empty() && !environment.find(secret.id))
            wanted.read.insert(secret.id);
    }
    for (const auto &text : options.ssh) {
        auto ssh = read_ssh(text);
        wanted.read.insert(ssh.paths.begin(), ssh.paths.end());
        wanted.ssh = wanted.ssh || ssh.paths.empty();
    }
}

void add_entitlements(Wanted &wanted, const job::BuildOptions &options) {
    for (const auto &entitlement : options.allow) {
        wanted.host_network = wanted.host_network || entitlement == "network.host";
        wanted.insecure = wanted.insecure || entitlement == "security.insecure";
        wanted.all_devices = wanted.all_devices || entitlement == "device";
        constexpr std::string_view device = "device=";
        if (entitlement.starts_with(device))
            wanted.devices.insert(parse_csv(entitlement.substr(device.size())).front());
    }
}

void add_paths(AccessRequest &request, const Strings &paths, const char *what, const char *flag) {
    for (const auto &path : paths) {
        request.file_lines.push_back(
            fmt::format(" - {} access to path {}", what, printable(shown_path(path))));
        request.file_flags.push_back(fmt::format("--allow={}={}", flag, shown_path(path)));
    }
}

void add_device(Access &access, const std::string &text) {
    if (text.empty())
        access.all_devices = true;
    else
        access.devices.push_back(parse_csv(text).front());
}

bool contains(const Strings &list, const std::string &value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

} // namespace

Access read_access(const Strings &values) {
    Access access{.read = {"."}, .write = {"."}};
    for (const auto &value : values) {
        auto equals = value.find('=');
        auto key = value.substr(0, equals);
        auto rest = equals == std::string::npos ? std::string() : value.substr(equals + 1);
        bool alone = equals == std::string::npos;
        if (alone && key == "network.host")
            access.host_network = true;
        else if (alone && key == "security.insecure")
            access.insecure = true;
        else if (alone && key == "ssh")
            access.ssh = true;
        else if (key == local_delete && alone)
            access.local_delete = true;
        else if (key == local_delete)
            throw Error("buildx.local.delete does not accept a value");
        else if (key == "device")
            add_device(access, rest);
        else if (key != "fs.read" && key != "fs.write" && key != "fs" && !key.starts_with("image"))
            throw Error(fmt::format("unknown entitlement key \"{}\"", printable(key)),
                        ExitCode::failure,
                        "keys are network.host, security.insecure, device, ssh, fs, fs.read, "
                        "fs.write and buildx.local.delete");
        if (key == "fs" || key == "fs.read")
            access.read.push_back(rest);
        if (key == "fs" || key == "fs.write")
            access.write.push_back(rest);
    }
    return access;
}

AccessRequest missing_access(const Access &access, const std::vector<job::NamedTarget> &targets,
                             const Environment &environment) {
    Wanted wanted;
    for (const auto &target : targets) {
        add_entitlements(wanted, target.options);
        add_inputs(wanted, target.options);
        add_outputs(wanted, target.options);
        add_caches(wanted, target.options);
        add_secrets(wanted, target.options, environment);
    }
    AccessRequest request;
    auto add = [&request](bool missing, const std::string &line, const std::string &flag) {
        if (!missing)
            return;
        request.lines.push_back(" - " + line);
        request.flags.push_back("--allow=" + flag);
    };
    add(wanted.host_network && !access.host_network,
        "Running build containers that can access host network", "network.host");
    add(wanted.insecure && !access.insecure,
        "Running privileged containers that can make system changes", "security.insecure");
    add(wanted.all_devices && !access.all_devices, "Access to CDI devices", "device");
    if (!wanted.all_devices)
        for (const auto &device : wanted.devices)
            add(!access.all_devices && !contains(access.devices, device),
                "Access to device " + printable(device), "device=" + device);
    add(wanted.local_delete && !access.local_delete,
        "Deleting stale files from local output destinations", local_delete);
    if (wanted.ssh && !access.ssh) {
        request.file_lines.emplace_back(" - Forwarding default SSH agent socket");
        request.file_flags.emplace_back("--allow=ssh");
    }
    auto read = missing_paths(access.read, wanted.read),
         write = missing_paths(access.write, wanted.write);
    Strings both;
    std::set_intersection(read.begin(), read.end(), write.begin(), write.end(),
                          std::back_inserter(both));
    auto in_both = [&both](const std::string &path) {
        return std::binary_search(both.begin(), both.end(), path);
    };
    std::erase_if(read, in_both);
    std::erase_if(write, in_both);
    add_paths(request, both, "Read and write", "fs");
    add_paths(request, read, "Read", "fs.read");
    add_paths(request, write, "Write", "fs.write");
    return request;
}

bool files_checked(const Environment &environment, bool remote) {
    auto read = [&environment](const char *name) -> std::optional<bool> {
        auto text = environment.find(name);
        if (!text)
            return {};
        auto value = parse_bool(*text);
        if (!value)
            throw Error(fmt::format("failed to parse {} value \"{}\": strconv.ParseBool: parsing "
                                    "\"{}\": invalid syntax",
                                    name, printable(*text), printable(*text)));
        return value;
    };
    auto allowed = remote ? read("BAKE_ALLOW_REMOTE_FS_ACCESS") : std::nullopt;
    return read("BUILDX_BAKE_ENTITLEMENTS_FS").value_or(!allowed.value_or(false));
}

} // namespace berth::bake
