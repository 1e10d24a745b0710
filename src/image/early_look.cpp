// SPDX-License-Identifier: Apache-2.0
#include "berth/image/early_look.hpp"

#include <exception>

namespace berth::image {

EarlyLook::EarlyLook(const docker::Docker &docker, const LoadMemory &loaded,
                     const std::vector<std::string> &tags)
    : asked_(std::chrono::steady_clock::now()) {
    // Others change the names of images (image_load.cpp).
    if (docker.flavour() != docker::Flavour::docker || tags.empty() || !loaded.has_tags(tags))
        return;
    answer_ =
        std::async(std::launch::async, [&docker, tags] { return docker.inspect_images(tags); });
}

const std::vector<docker::Image> *EarlyLook::images() {
    try {
        if (answer_.valid())
            images_ = answer_.get();
    } catch (const std::exception &) { // the load asks again, and reports it
    }
    return images_.empty() ? nullptr : &images_;
}

bool EarlyLook::is_recent() const {
    return std::chrono::steady_clock::now() - asked_ < std::chrono::seconds(5);
}

} // namespace berth::image
