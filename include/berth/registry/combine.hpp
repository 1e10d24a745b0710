// SPDX-License-Identifier: Apache-2.0
// Combines several images into one: `imagetools create`, by docker buildx's rules.
#pragma once

#include "berth/registry/images.hpp"
#include "berth/store/builder_record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

struct ImageSource {
    Location location;
    Descriptor descriptor = {}; // of its manifest or index; missing fields are filled in
    std::string bytes = {};     // of that manifest or index
};

// --annotation [TYPE[PLATFORM]:]KEY=VALUE.
struct Annotation {
    std::string type = {};     // index, index-descriptor, manifest, manifest-descriptor; or none
    std::string platform = {}; // OS/ARCH[/VARIANT]; empty: all
    std::string key = {}, value = {};
};
// Throws a usage error. One value may stand for several types.
std::vector<Annotation> parse_annotations(const std::vector<std::string> &values);

struct Part {
    Descriptor descriptor;
    Location source;
};
struct Combined {
    Document document;       // to push under the tags
    std::vector<Part> parts; // its children, which must be pushed first
};

struct CombineOptions {
    std::vector<Annotation> annotations = {};
    bool prefer_index = true;
    std::vector<store::Platform> platforms = {}; // platforms to keep; empty: all
};

// Reads the sources concurrently, and fills in their descriptors and bytes.
void read_sources(Images &images, std::vector<ImageSource> &sources);
// Combines sources that read_sources() has read.
Combined combine(Images &images, const std::vector<ImageSource> &sources,
                 const CombineOptions &options);

} // namespace berth::registry
