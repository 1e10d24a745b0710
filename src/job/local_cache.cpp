// SPDX-License-Identifier: Apache-2.0
#include "berth/job/local_cache.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "cache_lock.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::job {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

CacheEntry read_entry(const std::string &text, const char *flag) {
    CacheEntry entry;
    for (const auto &field : parse_csv(text)) {
        auto equals = field.find('=');
        if (equals == std::string::npos)
            throw usage_error(fmt::format("invalid value {} of {}", printable(field), flag),
                              "write type=TYPE,KEY=VALUE");
        auto key = lower(field.substr(0, equals));
        if (key == "type")
            entry.type = field.substr(equals + 1);
        else
            entry.attributes.emplace_back(key, field.substr(equals + 1));
    }
    if (entry.type.empty())
        throw usage_error(fmt::format("type required form> \"{}\"", printable(text)),
                          fmt::format("write {} type=local,… or type=registry,…", flag));
    auto needs = [&](const char *type, const char *key, const char *role) {
        if (entry.type == type && entry.attribute(key).empty())
            throw Error(fmt::format("failed to build: {} cache {} requires {}", type, role, key));
    };
    bool from = std::string_view(flag) == "--cache-from";
    needs("local", from ? "src" : "dest", from ? "importer" : "exporter");
    needs("registry", "ref", from ? "importer" : "exporter");
    return entry;
}

std::vector<CacheEntry> read_entries(const std::vector<std::string> &values, const char *flag) {
    std::vector<CacheEntry> entries;
    for (const auto &value : values) {
        if (value.empty())
            continue;
        auto fields = parse_csv(value);
        bool references = std::none_of(fields.begin(), fields.end(), [](const auto &field) {
            return field.find('=') != std::string::npos;
        });
        if (!references) {
            entries.push_back(read_entry(value, flag));
            continue;
        }
        for (const auto &field : fields)
            entries.push_back({.type = "registry", .attributes = {{"ref", field}}});
    }
    return entries;
}

std::string tag_of(const CacheEntry &entry) {
    for (const auto &[key, value] : entry.attributes)
        if (key == "tag")
            return value;
    return "latest";
}

std::string store_id(const std::string &directory) {
    return "local:" + directory;
}

// The digest of the cache that an entry of --cache-from names. Without one: empty, and a warning.
std::string find_cache(const CacheEntry &entry, std::string &warnings) {
    auto source = entry.attribute("src");
    auto directory = fs::absolute(source).lexically_normal();
    auto warn = [&](const std::string &text) {
        warnings += fmt::format("WARNING: local cache import at {} {}\n", printable(source), text);
        return std::string();
    };
    auto digest = entry.attribute("digest"), tag = tag_of(entry);
    if (digest.empty()) {
        json index;
        try {
            index = image::read_oci_index(directory);
        } catch (const Error &error) {
            return warn(fmt::format("skipped due to err: {}", error.what()));
        }
        if (index.is_null())
            return warn(
                fmt::format("not found due to err: could not read {}: no such file or directory",
                            printable((directory / "index.json").string())));
        digest = image::find_in_oci_index(index, tag);
    }
    if (digest.empty())
        return warn(fmt::format("skipped: no digest found for tag {}", printable(tag)));
    if (!image::has_blob(directory, digest))
        return warn(fmt::format("skipped: digest {} unavailable: not found", printable(digest)));
    return digest;
}

std::string reset(const std::string &directory) {
    try {
        remove_unused_blobs(directory);
        return {};
    } catch (const Error &error) {
        return fmt::format("WARNING: the cache in {} was not reset: {}\n", printable(directory),
                           error.what());
    }
}

void check_reset(const CacheEntry &entry) {
    if (auto text = entry.attribute("reset"); !text.empty() && !parse_bool(text))
        throw usage_error(fmt::format("invalid value {} of reset in --cache-to", printable(text)),
                          "write reset=true or reset=false");
}

void check_writable(const CacheEntry &entry) {
    try {
        check_output_directory(entry.attribute("dest"));
    } catch (const Error &) {
        if (parse_bool(entry.attribute("ignore-error")) != true)
            throw;
    }
}

} // namespace

std::string CacheEntry::attribute(const std::string &key) const {
    for (const auto &[name, value] : attributes)
        if (name == key)
            return value;
    return {};
}

CacheOptions read_cache_options(const BuildOptions &options) {
    return {.from = read_entries(options.cache_from, "--cache-from"),
            .to = read_entries(options.cache_to, "--cache-to")};
}

SolveCaches solve_caches(const CacheOptions &options, std::string &warnings) {
    SolveCaches caches;
    for (auto entry : options.from) {
        if (entry.local()) {
            auto digest = find_cache(entry, warnings);
            if (digest.empty())
                continue;
            if (entry.attribute("digest").empty())
                entry.attributes.emplace_back("digest", digest);
            auto source = entry.attribute("src");
            caches.stores[store_id(source)].path = fs::absolute(source);
        }
        caches.from.push_back(std::move(entry));
    }
    for (const auto &entry : options.to) {
        if (entry.local()) {
            check_reset(entry);
            check_writable(entry);
            auto destination = entry.attribute("dest");
            caches.stores[store_id(destination)] = {.path = fs::absolute(destination),
                                                    .writable = true};
        }
        caches.to.push_back(entry);
    }
    return caches;
}

void lock_caches(SolveCaches &caches) {
    for (const auto &entry : caches.to)
        if (entry.local())
            caches.locks.push_back(share_cache(entry.attribute("dest")));
}

std::string finish_caches(SolveCaches &caches, const std::map<std::string, std::string> &response) {
    auto manifest = response.find("cache.manifest");
    if (manifest == response.end()) { // a build without steps has no cache
        caches.locks.clear();
        return {};
    }
    auto descriptor = read_json(manifest->second);
    auto digest = descriptor.is_object() ? image::descriptor_digest(descriptor) : "";
    std::string warnings;
    for (const auto &entry : caches.to) {
        auto directory = entry.attribute("dest");
        if (entry.local() && image::has_blob(directory, digest))
            image::put_in_oci_index(directory, descriptor, {{tag_of(entry)}});
        else if (entry.local())
            warnings += fmt::format("WARNING: the cache in {} was not updated: BuildKit exported "
                                    "the manifest {} elsewhere\n",
                                    printable(directory), printable(digest));
    }
    caches.locks.clear(); // before taking an exclusive lock
    for (const auto &entry : caches.to)
        if (entry.local() && parse_bool(entry.attribute("reset")) == true)
            warnings += reset(entry.attribute("dest"));
    return warnings;
}

} // namespace berth::job
