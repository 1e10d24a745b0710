// SPDX-License-Identifier: Apache-2.0
#include "cache_lock.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fcntl.h>
#include <set>
#include <sys/file.h>
#include <thread>
#include <vector>

namespace berth::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::seconds lock_wait{10};
constexpr std::chrono::milliseconds lock_pause{20};
constexpr std::size_t manifest_limit = 64u << 20; // bytes

// The file stays: another process could lock one that this one has removed.
FileDescriptor open_lock(const fs::path &directory) {
    return FileDescriptor(
        ::open((directory / "cache.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

fs::path blobs_of(const fs::path &directory) {
    return directory / "blobs" / "sha256";
}

bool leads_on(const json &descriptor) {
    auto type = descriptor.find("mediaType");
    if (type == descriptor.end() || !type->is_string())
        return false;
    for (const auto *known :
         {"application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json"})
        if (*type == known)
            return true;
    return false;
}

void add_descriptors(const json &document, std::vector<json> &descriptors) {
    for (const auto *key : {"manifests", "layers"})
        if (auto list = document.find(key); list != document.end() && list->is_array())
            for (const auto &descriptor : *list)
                descriptors.push_back(descriptor);
    if (auto config = document.find("config"); config != document.end())
        descriptors.push_back(*config);
}

std::set<std::string> used_blobs(const fs::path &directory) {
    std::vector<json> waiting;
    auto index = image::read_oci_index(directory);
    if (index.is_null())
        throw Error(
            fmt::format("{} does not exist", printable((directory / "index.json").string())));
    add_descriptors(index, waiting);
    std::set<std::string> used;
    while (!waiting.empty()) {
        auto descriptor = std::move(waiting.back());
        waiting.pop_back();
        auto digest = descriptor.is_object() ? image::descriptor_digest(descriptor) : "";
        if (!image::is_digest(digest))
            throw Error(fmt::format("{} is not a digest", printable(digest)));
        if (!used.insert(image::hex_of(digest)).second || !leads_on(descriptor))
            continue;
        auto manifest =
            read_json(read_file(blobs_of(directory) / image::hex_of(digest), manifest_limit));
        if (!manifest.is_object())
            throw Error(fmt::format("{} is not a manifest", digest));
        add_descriptors(manifest, waiting);
    }
    return used;
}

} // namespace

FileDescriptor share_cache(const fs::path &directory) {
    auto lock = open_lock(directory);
    auto give_up = std::chrono::steady_clock::now() + lock_wait;
    while (lock && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() > give_up)
            return {};
        std::this_thread::sleep_for(lock_pause);
    }
    return lock;
}

void remove_unused_blobs(const fs::path &directory) {
    auto lock = open_lock(directory);
    if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        throw Error("another build uses it");
    auto used = used_blobs(directory);
    std::error_code ignored;
    std::vector<fs::path> unused;
    for (const auto &blob : fs::directory_iterator(blobs_of(directory), ignored))
        if (auto name = blob.path().filename().string();
            image::is_digest("sha256:" + name) && !used.contains(name))
            unused.push_back(blob.path());
    for (const auto &path : unused)
        fs::remove(path, ignored);
}

} // namespace berth::job
