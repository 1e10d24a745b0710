#include "berth/build/staged_cache.hpp"

#include "berth/build/extract.hpp"
#include "berth/build/local_cache.hpp"
#include "berth/build/pulled_sink.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace berth::build {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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

std::map<std::string, context::LocalContext> read_cache_folders(const CacheOptions &options,
                                                                std::string &warnings) {
    std::map<std::string, context::LocalContext> folders;
    for (const auto &[name, directory] : cache_directories(options, warnings)) {
        context::LocalContext context;
        context.directory = fs::canonical(directory);
        context.place = "cache " + context.directory.string();
        context.manifest = context::scan(context.directory, {});
        folders[name] = std::move(context);
    }
    return folders;
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
