// SPDX-License-Identifier: Apache-2.0
#include "berth/image/saved_layout.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <map>
#include <optional>

namespace berth::image {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t document_limit = 16u << 20; // bytes
constexpr std::size_t most_members = 100'000;
constexpr int most_links = 10;
constexpr std::string_view blobs = "blobs/sha256/";

struct Blob {
    std::string digest;
    std::uint64_t size = 0;
    std::string beginning = {}; // the first bytes
};

[[noreturn]] void refuse(std::string_view why) {
    throw Error(fmt::format("cannot use the image that the engine saved: {}", why));
}

json parse(const std::string &text, const char *name, json::value_t type) {
    auto document = read_json(text);
    if (document.type() != type)
        refuse(fmt::format("{} is malformed", name));
    return document;
}

std::string layer_type(std::string_view beginning) {
    std::string type = "application/vnd.oci.image.layer.v1.tar";
    if (beginning.starts_with("\x1f\x8b"))
        type += "+gzip";
    else if (beginning.starts_with("\x28\xb5\x2f\xfd"))
        type += "+zstd";
    return type;
}

class SavedLayout {
  public:
    SavedLayout(const TarReader::Source &archive, fs::path directory)
        : reader_(archive), directory_(std::move(directory)) {
        if (!make_directories(directory_ / blobs))
            throw Error(fmt::format("cannot create the directory {}: {}",
                                    printable(directory_.string()), errno_text(errno)));
    }

    std::string run() {
        std::size_t members = 0;
        while (auto entry = reader_.next()) {
            if (++members > most_members)
                refuse("it has too many files");
            take(*entry);
        }
        auto digest = index_ ? from_index() : "";
        return digest.empty() ? from_manifest() : digest;
    }

  private:
    void take(const TarEntry &entry) {
        auto path = clean_path(entry.path);
        if (path.starts_with('/') || path == ".." || path.starts_with("../"))
            refuse(fmt::format("the path {} points outside the archive", printable(entry.path)));
        if (entry.type == TarMember::symlink) // the same layer again
            links_[path] = clean_path((fs::path(parent_of(path)) / entry.link_target).string());
        if (entry.type == TarMember::hard_link)
            links_[path] = clean_path(entry.link_target);
        if (entry.type != TarMember::file)
            return;
        if (path == "index.json")
            index_ = reader_.read_all(document_limit);
        else if (path == "manifest.json")
            manifest_ = reader_.read_all(document_limit);
        else if (path.starts_with(blobs))
            check_name(path, take_blob(path));
        else if (path.ends_with(".json") || path.ends_with("/layer.tar"))
            take_blob(path);
    }

    const Blob &take_blob(const std::string &path) {
        return blobs_[path] = write_blob(
                   [this](char *buffer, std::size_t size) { return reader_.read(buffer, size); });
    }

    void check_name(const std::string &path, const Blob &blob) const {
        if (path.substr(blobs.size()) != hex_of(blob.digest))
            refuse(fmt::format("the content of {} does not match its digest", printable(path)));
    }

    Blob write_blob(const TarReader::Source &source) const {
        auto directory = directory_ / blobs, incoming = directory / "incoming";
        Blob blob;
        Sha256 sum;
        OutputFile file(incoming);
        std::string buffer(1u << 18, '\0');
        while (auto count = source(buffer.data(), buffer.size())) {
            std::string_view bytes(buffer.data(), count);
            if (blob.beginning.size() < 4)
                blob.beginning += bytes.substr(0, 4);
            sum.update(bytes);
            file.write(bytes);
            blob.size += count;
        }
        file.commit();
        auto hex = sum.hex();
        blob.digest = "sha256:" + hex;
        std::error_code error;
        fs::rename(incoming, directory / hex, error);
        if (error)
            throw Error(fmt::format("cannot write {}: {}", printable((directory / hex).string()),
                                    error.message()));
        return blob;
    }

    // The first manifest; only one image was requested.
    std::string from_index() const {
        auto index = parse(*index_, "index.json", json::value_t::object);
        auto manifests = index.value("manifests", json::array());
        for (const auto &manifest : manifests)
            if (auto digest = manifest.is_object() ? descriptor_digest(manifest) : "";
                has_blob(directory_, digest))
                return digest;
        return {};
    }

    const Blob &find(std::string path) const {
        for (int links = 0; links < most_links; ++links) {
            if (auto blob = blobs_.find(path); blob != blobs_.end())
                return blob->second;
            auto link = links_.find(path);
            if (link == links_.end())
                break;
            path = link->second;
        }
        refuse(fmt::format("{} is missing", printable(path)));
    }

    const Blob &named(const json &path) const {
        if (!path.is_string())
            refuse("manifest.json is malformed");
        return find(clean_path(path.get<std::string>()));
    }

    static json describe(const Blob &blob, const std::string &type) {
        return {{"mediaType", type}, {"digest", blob.digest}, {"size", blob.size}};
    }

    std::string from_manifest() const {
        if (!manifest_)
            refuse("it has neither an index.json nor a manifest.json");
        auto images = parse(*manifest_, "manifest.json", json::value_t::array);
        if (images.empty() || !images[0].is_object())
            refuse("manifest.json names no image");
        auto layers = images[0].value("Layers", json());
        if (!layers.is_array() && !layers.is_null()) // null: an image without layers
            refuse("manifest.json is malformed");
        json described = json::array();
        for (const auto &path : layers) {
            const auto &layer = named(path);
            described.push_back(describe(layer, layer_type(layer.beginning)));
        }
        json manifest = {{"schemaVersion", 2},
                         {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                         {"config", describe(named(images[0].value("Config", json())),
                                             "application/vnd.oci.image.config.v1+json")},
                         {"layers", described}};
        auto text = manifest.dump();
        std::size_t at = 0;
        return write_blob([&](char *buffer, std::size_t size) {
                   auto count = text.copy(buffer, size, at);
                   at += count;
                   return count;
               })
            .digest;
    }

    TarReader reader_;
    fs::path directory_;
    std::optional<std::string> index_, manifest_;
    std::map<std::string, Blob> blobs_; // by their paths in the archive
    std::map<std::string, std::string> links_;
};

} // namespace

std::string write_saved_layout(const TarReader::Source &archive, const fs::path &directory) {
    return SavedLayout(archive, directory).run();
}

} // namespace berth::image
