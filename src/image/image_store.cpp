// SPDX-License-Identifier: Apache-2.0
#include "berth/image/image_store.hpp"

#include "berth/util/day_file.hpp"
#include "berth/util/encoding.hpp"

namespace berth::image {

namespace {

constexpr const char *containerd_word = "containerd", *classic_word = "classic";

} // namespace

ImageStore::ImageStore(const docker::Docker &engine, const std::filesystem::path &memory,
                       const std::string &names)
    : engine_(engine),
      file_(memory / sha256_hex(engine.endpoint() + "\n" + names).substr(0, 24)),
      loaded_(std::filesystem::path(file_).replace_extension("loads.json")) {}

std::optional<bool> ImageStore::known() {
    if (!now_ && !remembered_ && !file_.empty())
        if (auto word = read_day_file(file_); word == containerd_word || word == classic_word)
            remembered_ = word == containerd_word;
    return now_ ? now_ : remembered_;
}

bool ImageStore::is_containerd() {
    auto containerd = known();
    return containerd ? *containerd : is_containerd_now();
}

bool ImageStore::is_containerd_now() {
    if (!now_)
        learn(engine_.info().containerd_store);
    return *now_;
}

void ImageStore::learn(bool containerd) {
    if (!file_.empty() && remembered_ != containerd)
        write_day_file(file_, containerd ? containerd_word : classic_word);
    remembered_ = now_ = containerd;
}

} // namespace berth::image
