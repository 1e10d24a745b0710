// SPDX-License-Identifier: Apache-2.0
#include "berth/image/oci_index.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace berth::image {

using nlohmann::json;

namespace {

constexpr std::string_view algorithm = "sha256:";
constexpr std::size_t index_limit = 16u << 20;

constexpr std::chrono::seconds lock_wait{10};
constexpr std::chrono::milliseconds lock_pause{20};

// The lock that BuildKit's client takes: a file beside the index, removed when it is unlocked.
class IndexLock {
  public:
    explicit IndexLock(const std::filesystem::path &index) : path_(index.string() + ".lock") {
        auto give_up = std::chrono::steady_clock::now() + lock_wait;
        while (!try_lock()) {
            if (std::chrono::steady_clock::now() > give_up)
                throw Error(fmt::format("cannot lock {}: another build has held it for {} seconds",
                                        printable(path_), lock_wait.count()),
                            ExitCode::failure, "run the build again when the other one has ended");
            std::this_thread::sleep_for(lock_pause);
        }
    }
    ~IndexLock() { ::unlink(path_.c_str()); }
    IndexLock(const IndexLock &) = delete;
    IndexLock &operator=(const IndexLock &) = delete;

  private:
    bool try_lock() {
        file_ = FileDescriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (!file_)
            throw Error(fmt::format("cannot write {}: {}", printable(path_), errno_text(errno)));
        struct stat locked, named;
        // The previous holder may have removed the file meanwhile.
        return ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(file_.get(), &locked) == 0 &&
               ::stat(path_.c_str(), &named) == 0 && locked.st_ino == named.st_ino &&
               locked.st_dev == named.st_dev;
    }

    std::string path_;
    FileDescriptor file_;
};

// The tag in a full name, as containerd writes it into an index: the part after the first `:` or
// `@` of its path.
std::string tag_of(const std::string &name) {
    auto slash = name.find('/');
    auto at = slash == std::string::npos ? slash : name.find_first_of(":@", slash);
    if (at == std::string::npos)
        return {};
    return name.substr(name[at] == ':' ? at + 1 : at);
}

void put(json &manifests, json descriptor, const OciName &name) {
    auto image_name = name.is_image ? name.value : "";
    auto tag = name.is_image ? tag_of(name.value) : name.value;
    auto &annotations = descriptor["annotations"];
    if (!annotations.is_object())
        annotations = json::object();
    if (name.is_image)
        annotations[image_name_annotation] = image_name;
    annotations[reference_annotation] = tag;
    json kept = json::array();
    for (auto &manifest : manifests)
        if (annotation(manifest, reference_annotation) != tag ||
            annotation(manifest, image_name_annotation) != image_name)
            kept.push_back(std::move(manifest));
    kept.push_back(std::move(descriptor));
    manifests = std::move(kept);
}

} // namespace

bool is_digest(std::string_view text) {
    return text.size() == algorithm.size() + 64 && text.starts_with(algorithm) &&
           text.find_first_not_of("0123456789abcdef", algorithm.size()) == std::string_view::npos;
}

std::string hex_of(std::string_view digest) {
    return std::string(digest.substr(algorithm.size()));
}

bool has_blob(const std::filesystem::path &directory, std::string_view digest) {
    std::error_code ignored;
    return is_digest(digest) && std::filesystem::is_regular_file(
                                    directory / "blobs" / "sha256" / hex_of(digest), ignored);
}

json read_oci_index(const std::filesystem::path &directory) {
    auto path = directory / "index.json";
    auto text = read_file_if_exists(path, index_limit);
    if (!text || trim(*text).empty())
        return nullptr;
    auto index = read_json(*text);
    auto manifests = index.is_object() ? index.value("manifests", json()) : json();
    bool good = manifests.is_array() &&
                std::all_of(manifests.begin(), manifests.end(),
                            [](const json &manifest) { return manifest.is_object(); });
    if (!good)
        throw Error(fmt::format("{} is not an OCI image index", printable(path.string())));
    return index;
}

std::string annotation(const json &manifest, const char *key) {
    auto annotations = manifest.find("annotations");
    return annotations == manifest.end() ? "" : text_at(*annotations, key);
}

const json *find_entry_of_oci_index(const json &index, const std::string &name) {
    for (const auto *key : {image_name_annotation, reference_annotation})
        for (const auto &manifest : index["manifests"])
            if (annotation(manifest, key) == name)
                return &manifest;
    return nullptr;
}

std::string find_in_oci_index(const json &index, const std::string &name) {
    const auto *entry = find_entry_of_oci_index(index, name);
    return entry == nullptr ? "" : descriptor_digest(*entry);
}

std::string descriptor_digest(const json &descriptor) {
    return text_at(descriptor, "digest");
}

void put_in_oci_index(const std::filesystem::path &directory, const json &descriptor,
                      const std::vector<OciName> &names) {
    auto path = directory / "index.json";
    if (!make_directories(directory))
        throw Error(fmt::format("cannot create the directory {}: {}", printable(directory.string()),
                                errno_text(errno)));
    IndexLock lock(path);
    auto index = read_oci_index(directory);
    if (index.is_null())
        index = {{"manifests", json::array()}};
    index.emplace("schemaVersion", 2);
    index.emplace("mediaType", "application/vnd.oci.image.index.v1+json");
    for (const auto &name : names)
        put(index["manifests"], descriptor, name);
    auto &manifests = index["manifests"];
    if (names.empty() &&
        std::find(manifests.begin(), manifests.end(), descriptor) == manifests.end())
        manifests.push_back(descriptor);
    write_output_file(directory / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    write_output_file(path, index.dump());
}

} // namespace berth::image
