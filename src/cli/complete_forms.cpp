// SPDX-License-Identifier: Apache-2.0
// The types and keys of --output, --cache-from, --cache-to, --secret and --attest. What they mean:
// https://docs.docker.com/build/exporters/, https://docs.docker.com/build/cache/backends/.
#include "berth/cli/complete_fields.hpp"

namespace berth::cli {

namespace {

const Field destination = {"dest", "file to write, or - for standard output", "FILE"};

std::vector<Field> image_fields(std::vector<Field> first) {
    first.insert(first.end(),
                 {{"compression", "of the layers", "uncompressed|gzip|estargz|zstd"},
                  {"compression-level", "compression level, 0 to 22"},
                  {"force-compression", "recompress existing layers", "true|false"},
                  {"oci-mediatypes", "OCI media types instead of Docker's", "true|false"},
                  {"rewrite-timestamp", "set times in layers to SOURCE_DATE_EPOCH", "true|false"},
                  {"annotation.", "annotation.KEY=VALUE"}});
    return first;
}

const Field mode = {"mode", "layers of the result or of all stages", "min|max"};
const Field ignore_error = {"ignore-error", "ignore a failed export", "true|false"};

std::vector<Field> s3_fields(bool to) {
    std::vector<Field> fields = {{"bucket", "bucket name"},
                                 {"region", "region of the bucket"},
                                 {"name", "name of the cache"},
                                 {"prefix", "prefix of all keys"},
                                 {"endpoint_url", "address of the server"}};
    if (to)
        fields.insert(fields.end(), {mode, ignore_error});
    return fields;
}

std::vector<FieldForm> make_cache_forms(bool to) {
    std::vector<FieldForm> forms = {
        {"registry", "image in a registry", {{"ref", "image name"}}},
        {"local",
         "local directory",
         {{to ? "dest" : "src", "path of the directory", "FILE"}, {"tag", "tag in the index"}}},
        {"gha",
         "GitHub Actions cache",
         {{"scope", "cache of the workflow"},
          {"url", "address of the server"},
          {"token", "access token"}}},
        {"s3", "S3 bucket", s3_fields(to)},
        {"azblob",
         "Azure blob storage",
         {{"account_url", "address of the storage account"}, {"name", "name of the cache"}}}};
    if (to) {
        for (auto &form : forms)
            if (form.type != "s3")
                form.fields.insert(form.fields.end(), {mode, ignore_error});
        forms.push_back({"inline", "inside the image"});
    } else {
        forms[1].fields.push_back({"digest", "digest of the manifest"});
    }
    return forms;
}

} // namespace

const std::vector<FieldForm> &output_forms() {
    static const std::vector<FieldForm> forms = {
        {"docker", "load into the engine, or archive for docker load",
         image_fields({{"name", "image name"}, destination})},
        {"image", "image in the builder",
         image_fields({{"name", "image name"},
                       {"push", "push to the registry", "true|false"},
                       {"push-by-digest", "push without a tag", "true|false"}})},
        {"registry", "image in a registry", image_fields({{"name", "image name"}})},
        {"oci", "archive in OCI layout", image_fields({{"name", "image name"}, destination})},
        {"local",
         "files of the result",
         {{"dest", "path of the directory", "FILE"},
          {"platform-split", "one directory per platform", "true|false"}}},
        {"tar", "tar archive of the files", {destination}},
        {"cacheonly", "only the build cache"}};
    return forms;
}

const std::vector<FieldForm> &cache_forms(bool to) {
    static const auto from_forms = make_cache_forms(false), to_forms = make_cache_forms(true);
    return to ? to_forms : from_forms;
}

const std::vector<FieldForm> &secret_forms() {
    static const std::vector<FieldForm> forms = {{"",
                                                  "",
                                                  {{"id", "ID in RUN --mount=type=secret"},
                                                   {"src", "file with the secret", "FILE"},
                                                   {"env", "environment variable with the secret"},
                                                   {"type", "kind of source", "file|env"}}}};
    return forms;
}

const std::vector<FieldForm> &attestation_forms() {
    static const std::vector<FieldForm> forms = {
        {"provenance",
         "how the image was built",
         {{"mode", "amount of detail", "min|max"},
          {"version", "version of the format", "v0.2|v1"},
          {"disabled", "disable the attestation", "true|false"}}},
        {"sbom",
         "contents of the image",
         {{"generator", "scanner image"}, {"disabled", "disable the attestation", "true|false"}}}};
    return forms;
}

} // namespace berth::cli
