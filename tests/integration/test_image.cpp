// SPDX-License-Identifier: Apache-2.0
#include "test_image.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

namespace berth::test {

using nlohmann::ordered_json;

TestLayout::TestLayout(std::filesystem::path directory) : directory_(std::move(directory)) {
    index_ = {{"schemaVersion", 2}, {"manifests", ordered_json::array()}};
    write_file_atomically(directory_ / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})", 0644);
}

ordered_json TestLayout::put(const std::string &media_type, const std::string &bytes) {
    auto hex = sha256_hex(bytes);
    write_file_atomically(directory_ / "blobs" / "sha256" / hex, bytes, 0644);
    return {{"mediaType", media_type}, {"digest", "sha256:" + hex}, {"size", bytes.size()}};
}

ordered_json TestLayout::add_image(const std::string &architecture, bool docker) {
    const std::string of_docker = "application/vnd.docker.", of_oci = "application/vnd.oci.image.";
    ordered_json config = {
        {"created", "2026-01-02T03:04:05.120Z"},
        {"author", "a <b> & c"},
        {"architecture", architecture},
        {"os", "linux"},
        {"config",
         {{"Env", {"A=" + architecture}}, {"Cmd", {"/a"}}, {"Labels", {{"b", "1"}, {"a", "<2>"}}}}},
        {"rootfs", {{"type", "layers"}, {"diff_ids", {"sha256:" + std::string(64, '1')}}}},
        {"history", {{{"created_by", "COPY"}}, {{"comment", "x"}, {"empty_layer", true}}}},
        {"unknown", 1}};
    ordered_json manifest = {
        {"schemaVersion", 2},
        {"mediaType",
         docker ? of_docker + "distribution.manifest.v2+json" : of_oci + "manifest.v1+json"},
        {"config", put(docker ? of_docker + "container.image.v1+json" : of_oci + "config.v1+json",
                       config.dump())},
        {"layers",
         {put(docker ? of_docker + "image.rootfs.diff.tar.gzip" : of_oci + "layer.v1.tar+gzip",
              std::string(3u << 20, architecture[0]))}}};
    auto descriptor = put(manifest["mediaType"], manifest.dump(2));
    descriptor["platform"] = {{"architecture", architecture}, {"os", "linux"}};
    return descriptor;
}

ordered_json TestLayout::add_attestation(const ordered_json &subject) {
    auto statement = [&](const std::string &type, const ordered_json &predicate) {
        ordered_json text = {{"_type", "https://in-toto.io/Statement/v0.1"},
                             {"predicateType", type},
                             {"predicate", predicate}};
        auto layer = put("application/vnd.in-toto+json", text.dump());
        layer["annotations"] = {{"in-toto.io/predicate-type", type}};
        return layer;
    };
    ordered_json manifest = {
        {"schemaVersion", 2},
        {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
        {"config", put("application/vnd.oci.image.config.v1+json",
                       R"({"architecture":"unknown","os":"unknown"})")},
        {"layers",
         {statement("https://spdx.dev/Document", {{"name", "n"}, {"files", {1, 2.5, 1e21}}}),
          statement("https://slsa.dev/provenance/v1",
                    {{"z", "<of " + subject["digest"].get<std::string>() + ">"}, {"a", true}})}}};
    auto descriptor = put("application/vnd.oci.image.manifest.v1+json", manifest.dump());
    descriptor["annotations"] = {{"vnd.docker.reference.digest", subject["digest"]},
                                 {"vnd.docker.reference.type", "attestation-manifest"}};
    descriptor["platform"] = {{"architecture", "unknown"}, {"os", "unknown"}};
    return descriptor;
}

void TestLayout::add_index(const std::string &tag, const std::vector<ordered_json> &manifests) {
    ordered_json index = {{"schemaVersion", 2},
                          {"mediaType", "application/vnd.oci.image.index.v1+json"},
                          {"manifests", manifests}};
    add_tag(tag, put("application/vnd.oci.image.index.v1+json", index.dump(3)));
}

void TestLayout::add_tag(const std::string &tag, ordered_json manifest) {
    manifest["annotations"]["org.opencontainers.image.ref.name"] = tag;
    index_["manifests"].push_back(std::move(manifest));
    write_file_atomically(directory_ / "index.json", index_.dump(), 0644);
}

std::string TestLayout::name(const std::string &tag) const {
    return "oci-layout://" + directory_.string() + ":" + tag;
}

} // namespace berth::test
