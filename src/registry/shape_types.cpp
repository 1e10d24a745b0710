// SPDX-License-Identifier: Apache-2.0
#include "shape_types.hpp"

namespace berth::registry {

namespace {

constexpr bool omit = true;

const StructType &platform_type() {
    static const StructType type{{
        {"Architecture", "architecture", Kind::text},
        {"OS", "os", Kind::text},
        {"OSVersion", "os.version", Kind::text, omit},
        {"OSFeatures", "os.features", Kind::texts, omit},
        {"Variant", "variant", Kind::text, omit},
    }};
    return type;
}

const StructType &config_type() {
    static const StructType type{{
        {"User", "User", Kind::text, omit},
        {"ExposedPorts", "ExposedPorts", Kind::set, omit},
        {"Env", "Env", Kind::texts, omit},
        {"Entrypoint", "Entrypoint", Kind::texts, omit},
        {"Cmd", "Cmd", Kind::texts, omit},
        {"Volumes", "Volumes", Kind::set, omit},
        {"WorkingDir", "WorkingDir", Kind::text, omit},
        {"Labels", "Labels", Kind::text_map, omit},
        {"StopSignal", "StopSignal", Kind::text, omit},
        {"ArgsEscaped", "ArgsEscaped", Kind::boolean, omit},
    }};
    return type;
}

const StructType &rootfs_type() {
    static const StructType type{{
        {"Type", "type", Kind::text},
        {"DiffIDs", "diff_ids", Kind::texts},
    }};
    return type;
}

const StructType &history_type() {
    static const StructType type{{
        {"Created", "created", Kind::time, omit},
        {"CreatedBy", "created_by", Kind::text, omit},
        {"Author", "author", Kind::text, omit},
        {"Comment", "comment", Kind::text, omit},
        {"EmptyLayer", "empty_layer", Kind::boolean, omit},
    }};
    return type;
}

} // namespace

const StructType &descriptor_type() {
    static const StructType type{{
        {"MediaType", "mediaType", Kind::text},
        {"Digest", "digest", Kind::text},
        {"Size", "size", Kind::number},
        {"URLs", "urls", Kind::texts, omit},
        {"Annotations", "annotations", Kind::text_map, omit},
        {"Data", "data", Kind::bytes, omit},
        {"Platform", "platform", Kind::pointer, omit, &platform_type()},
        {"ArtifactType", "artifactType", Kind::text, omit},
    }};
    return type;
}

const StructType &index_type() {
    static const StructType type{{
        {"SchemaVersion", "schemaVersion", Kind::number},
        {"MediaType", "mediaType", Kind::text, omit},
        {"ArtifactType", "artifactType", Kind::text, omit},
        {"Manifests", "manifests", Kind::structures, false, &descriptor_type()},
        {"Subject", "subject", Kind::pointer, omit, &descriptor_type()},
        {"Annotations", "annotations", Kind::text_map, omit},
    }};
    return type;
}

const StructType &shown_index_type() {
    static const StructType type{{
        {"SchemaVersion", "schemaVersion", Kind::number},
        {"MediaType", "mediaType", Kind::text, omit},
        {"Digest", "digest", Kind::text},
        {"Size", "size", Kind::number},
        {"Manifests", "manifests", Kind::structures, false, &descriptor_type()},
        {"Annotations", "annotations", Kind::text_map, omit},
    }};
    return type;
}

const StructType &image_type() {
    static const StructType type{{
        {"Created", "created", Kind::time, omit},
        {"Author", "author", Kind::text, omit},
        {"Platform", "", Kind::embedded, false, &platform_type()},
        {"Config", "config", Kind::structure, false, &config_type()},
        {"RootFS", "rootfs", Kind::structure, false, &rootfs_type()},
        {"History", "history", Kind::structures, omit, &history_type()},
    }};
    return type;
}

} // namespace berth::registry
