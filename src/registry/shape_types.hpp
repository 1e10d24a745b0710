// SPDX-License-Identifier: Apache-2.0
// The types of https://pkg.go.dev/github.com/opencontainers/image-spec/specs-go/v1, as tables.
#pragma once

#include <vector>

namespace berth::registry {

enum class Kind {
    text,
    number,
    boolean,
    bytes, // base64
    time,
    texts,
    text_map,
    set,        // an object of empty objects
    structure,  // by value
    pointer,    // to a structure; may be null
    structures, // a list of them
    embedded,   // a structure whose fields are the outer one's
};

struct StructType;
struct Field {
    const char *name; // in Go
    const char *key;  // in JSON
    Kind kind;
    bool omit_empty = false;
    const StructType *type = nullptr;
};
struct StructType {
    std::vector<Field> fields;
};

const StructType &descriptor_type();
const StructType &index_type();
const StructType &shown_index_type();
const StructType &image_type();

} // namespace berth::registry
