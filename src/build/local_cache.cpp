#include "berth/build/local_cache.hpp"

#include "berth/build/extract.hpp"
#include "berth/build/output_plan.hpp"
#include "berth/build/pulled_sink.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace berth::build {

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

std::string folder_name(std::size_t number) {
    return fmt::format("--cache-from {}", number); // no context can have this name
}

std::string words_for(const CacheEntry &entry, const char *place_key, const std::string &place) {
    std::vector<std::string> fields = {"type=" + entry.type};
    for (const auto &[key, value] : entry.attributes)
        fields.push_back(
            csv_field(key + "=" + (entry.local() && key == place_key ? place : value)));
    return join(fields, ",");
}

json read_index(const fs::path &folder) {
    try {
        return image::read_oci_index(folder);
    } catch (const Error &error) {
        throw Error(fmt::format("cannot read the cache's index: {}", error.what()),
                    ExitCode::failure, "remove the folder, and the cache is made anew");
    }
}

// Unpacks beside what is there, then moves.
void add_cache(const PulledSink::Pull &pull, const fs::path &folder) {
    fs::create_directories(folder);
    auto fresh = folder / (".berth-" + random_hex(12));
    struct Remove {
        const fs::path &path;
        ~Remove() {
            std::error_code ignored;
            fs::remove_all(path, ignored);
        }
    } remove{fresh};
    extract_tar(pull, fresh);
    fs::create_directories(folder / "blobs" / "sha256");
    if (fs::exists(fresh / "blobs" / "sha256"))
        for (const auto &blob : fs::directory_iterator(fresh / "blobs" / "sha256"))
            fs::rename(blob.path(), folder / "blobs" / "sha256" / blob.path().filename());
    auto index = read_index(fresh);
    if (index.is_null()) // a build without a step has nothing to keep
        return;
    if (fs::exists(fresh / "oci-layout"))
        fs::rename(fresh / "oci-layout", folder / "oci-layout");
    auto before = read_index(folder);
    if (before.is_object()) {
        auto &manifests = before["manifests"];
        for (auto &manifest : index["manifests"]) {
            auto tag = image::annotation(manifest, image::reference_annotation);
            json kept = json::array();
            for (auto &old : manifests)
                if (image::annotation(old, image::reference_annotation) != tag)
                    kept.push_back(std::move(old));
            kept.push_back(std::move(manifest));
            manifests = std::move(kept);
        }
        index = std::move(before);
    }
    write_file_atomically(folder / "index.json", index.dump(), 0644);
}

} // namespace

std::string CacheEntry::attribute(const std::string &key) const {
    for (const auto &[name, value] : attributes)
        if (name == key)
            return value;
    return {};
}

std::vector<CacheEntry> CacheOptions::exported_here() const {
    std::vector<CacheEntry> here;
    std::copy_if(to.begin(), to.end(), std::back_inserter(here),
                 [](const CacheEntry &entry) { return entry.local(); });
    return here;
}

CacheOptions read_cache_options(const BuildOptions &options) {
    return {.from = read_entries(options.cache_from, "--cache-from"),
            .to = read_entries(options.cache_to, "--cache-to")};
}

std::map<std::string, context::LocalContext> read_cache_folders(const CacheOptions &options,
                                                                std::string &warnings) {
    std::map<std::string, context::LocalContext> folders;
    for (std::size_t i = 0; i < options.from.size(); ++i) {
        if (!options.from[i].local())
            continue;
        auto folder = fs::absolute(options.from[i].attribute("src")).lexically_normal();
        if (!fs::exists(folder / "index.json")) {
            warnings += fmt::format("WARNING: local cache import at {} not found due to err: could "
                                    "not read {}: no such file or directory\n",
                                    printable(options.from[i].attribute("src")),
                                    printable((folder / "index.json").string()));
            continue;
        }
        context::LocalContext context;
        context.directory = fs::canonical(folder);
        context.place = "cache " + context.directory.string();
        context.manifest = context::scan(context.directory, {});
        folders[folder_name(i)] = std::move(context);
    }
    return folders;
}

std::vector<std::string> cache_arguments(const CacheOptions &options, const CachePlaces &places) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < options.from.size(); ++i) {
        const auto &entry = options.from[i];
        auto place = places.from.find(folder_name(i));
        if (entry.local() && place == places.from.end())
            continue;
        words.emplace_back("--import-cache");
        words.push_back(words_for(entry, "src", entry.local() ? place->second : ""));
    }
    auto number = places.first;
    for (const auto &entry : options.to) {
        words.emplace_back("--export-cache");
        words.push_back(words_for(
            entry, "dest", entry.local() ? places.staging + "/" + output_name(number++) : ""));
    }
    return words;
}

std::string blobs_of(const std::string &folder) {
    std::string list;
    std::error_code missing;
    for (const auto &blob : fs::directory_iterator(fs::path(folder) / "blobs" / "sha256", missing))
        // Nothing else becomes a word of a command in the builder.
        if (auto name = blob.path().filename().string();
            name.find_first_not_of("0123456789abcdef") == std::string::npos)
            list += "./blobs/sha256/" + name + "\n";
    return list;
}

std::unique_ptr<Sink> make_cache_sink(const std::string &folder) {
    return std::make_unique<PulledSink>([folder](const PulledSink::Pull &pull) {
        try {
            add_cache(pull, folder);
        } catch (const fs::filesystem_error &error) {
            throw Error(fmt::format("cannot write the cache to {}: {}", printable(folder),
                                    error.code().message()));
        }
    });
}

} // namespace berth::build
