// SPDX-License-Identifier: Apache-2.0
#include "berth/job/saved_images.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/saved_layout.hpp"
#include "berth/job/pulled_sink.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace berth::job {
namespace {

namespace fs = std::filesystem;
using Clock = fs::file_time_type::clock;

constexpr const char *digest_file = "digest"; // marks a complete layout
constexpr std::size_t digest_limit = 256;     // bytes
constexpr std::size_t most_kept = 8;
constexpr std::chrono::hours longest_kept{7 * 24}, in_use{1};
constexpr std::size_t id_digits = 24; // of a store's name

// The digest of an existing layout, which is marked as used now.
std::string kept_digest(const fs::path &layout) {
    std::string digest;
    try {
        digest = read_file_if_exists(layout / digest_file, digest_limit).value_or("");
    } catch (const Error &) { // then it is saved again
    }
    if (!image::has_blob(layout, digest))
        return {};
    std::error_code ignored;
    fs::last_write_time(layout, Clock::now(), ignored);
    return digest;
}

void remove_old(const fs::path &directory) {
    std::error_code ignored;
    std::vector<std::pair<Clock::time_point, fs::path>> layouts;
    for (const auto &entry : fs::directory_iterator(directory, ignored))
        layouts.emplace_back(entry.last_write_time(ignored), entry.path());
    std::sort(layouts.rbegin(), layouts.rend());
    auto now = Clock::now();
    for (std::size_t i = 0; i < layouts.size(); ++i) {
        auto age = now - layouts[i].first;
        if (age > longest_kept || (i >= most_kept && age > in_use))
            fs::remove_all(layouts[i].second, ignored);
    }
}

// False if it cannot be created, or others may write to it.
bool make_cache(const fs::path &directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error)
        fs::permissions(directory, fs::perms::owner_all, error);
    return !error;
}

// Moves the new layout to its place, unless another build was faster.
void keep(const fs::path &made, const fs::path &layout) {
    std::error_code error, ignored;
    fs::rename(made, layout, error);
    if (error && kept_digest(layout).empty()) { // the existing layout is unusable
        fs::remove_all(layout, ignored);
        fs::rename(made, layout, error);
    }
    if (error)
        fs::remove_all(made, ignored);
}

} // namespace

SavedImages::SavedImages(const docker::Docker &docker, const fs::path &cache)
    : docker_(docker), cache_(cache.empty() ? cache : cache / "images") {}

void SavedImages::bring(const std::vector<ImageReference> &references,
                        const std::vector<std::string> &platforms, progress::Display &display,
                        const progress::Task::Clock &now) {
    for (const auto &image : find_local_images(docker_, references, platforms)) {
        progress::Task task(display, "[internal] local image " + image.name, now);
        layouts_.push_back(provide(image, task));
        task.done();
    }
    if (!layouts_.empty() && !temporary_)
        remove_old(cache_);
}

const fs::path &SavedImages::directory() {
    if (!temporary_ && (cache_.empty() || !make_cache(cache_)))
        temporary_.emplace("images");
    return temporary_ ? temporary_->path() : cache_;
}

SavedImages::Layout SavedImages::provide(const LocalImage &image, progress::Task &task) {
    auto layout = directory() / image.id;
    Layout result{.name = image.name,
                  .store = "image-" + image.id.substr(0, id_digits),
                  .digest = kept_digest(layout),
                  .directory = layout};
    if (!result.digest.empty())
        return result;
    auto made = directory() / ("new-" + random_hex(16));
    result.digest = save(image, made, task);
    keep(made, layout);
    return result;
}

std::string SavedImages::save(const LocalImage &image, const fs::path &directory,
                              progress::Task &task) const {
    struct RemoveHalf {
        const fs::path &directory;
        bool whole = false;
        ~RemoveHalf() {
            std::error_code ignored;
            if (!whole)
                fs::remove_all(directory, ignored);
        }
    } half{directory};
    auto command = docker_.save_command("sha256:" + image.id);
    std::string digest;
    PulledSink sink([&](const PulledSink::Pull &pull) {
        digest = image::write_saved_layout(pull, directory);
        char rest[4096]; // the rest after the end of the archive
        while (pull(rest, sizeof rest) > 0) {
        }
    });
    std::int64_t size = 0;
    process::Outcome outcome;
    try {
        outcome = docker_.runner().run(command, {.on_output = [&](std::string_view bytes) {
                                           size += static_cast<std::int64_t>(bytes.size());
                                           task.status("saving from the engine", size, 0, false);
                                           sink.write(bytes);
                                       }});
        if (outcome.ok())
            sink.finish();
    } catch (const Error &error) {
        throw Error(fmt::format("failed to build: local image {}: {}", image.name, error.what()),
                    ExitCode::failure, "push it to a registry, or remove --local-images");
    }
    docker::check(command, outcome);
    write_file_atomically(directory / digest_file, digest);
    half.whole = true;
    return digest;
}

std::map<std::string, std::string> SavedImages::attributes() const {
    std::map<std::string, std::string> result;
    for (const auto &layout : layouts_)
        result["context:" + layout.name] =
            fmt::format("oci-layout://{}@{}", layout.store, layout.digest);
    return result;
}

std::map<std::string, session::ContentDirectory> SavedImages::stores() const {
    std::map<std::string, session::ContentDirectory> result;
    for (const auto &layout : layouts_)
        result["oci:" + layout.store] = {.path = layout.directory};
    return result;
}

} // namespace berth::job
