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
                  {"compression-level", "0 to 22"},
                  {"force-compression", "of layers that are compressed already", "true|false"},
                  {"oci-mediatypes", "media types of OCI, not of Docker", "true|false"},
                  {"rewrite-timestamp", "set times in layers to SOURCE_DATE_EPOCH", "true|false"},
                  {"annotation.", "an annotation: annotation.KEY=VALUE"}});
    return first;
}

const Field mode = {"mode", "layers of the result, or of all stages", "min|max"};
const Field ignore_error = {"ignore-error", "a failed export is no failure", "true|false"};

std::vector<Field> s3_fields(bool to) {
    std::vector<Field> fields = {{"bucket", "name of the bucket"},
                                 {"region", "of the bucket"},
                                 {"name", "of the cache"},
                                 {"prefix", "of all keys"},
                                 {"endpoint_url", "of the server"}};
    if (to)
        fields.insert(fields.end(), {mode, ignore_error});
    return fields;
}

std::vector<FieldForm> make_cache_forms(bool to) {
    std::vector<FieldForm> forms = {
        {"registry", "an image in a registry", {{"ref", "name of the image"}}},
        {"local",
         "a folder on this side",
         {{to ? "dest" : "src", "the folder", "FILE"}, {"tag", "of the index"}}},
        {"gha",
         "cache of GitHub Actions",
         {{"scope", "which cache of the workflow"}, {"url", "of the server"}, {"token", "to use"}}},
        {"s3", "a bucket of S3", s3_fields(to)},
        {"azblob",
         "blobs of Azure",
         {{"account_url", "of the storage account"}, {"name", "of the cache"}}}};
    if (to) {
        for (auto &form : forms)
            if (form.type != "s3")
                form.fields.insert(form.fields.end(), {mode, ignore_error});
        forms.push_back({"inline", "within the image itself"});
    } else {
        forms[1].fields.push_back({"digest", "of the manifest"});
    }
    return forms;
}

} // namespace

const std::vector<FieldForm> &output_forms() {
    static const std::vector<FieldForm> forms = {
        {"docker", "into the engine, or an archive for docker load",
         image_fields({{"name", "of the image"}, destination})},
        {"image", "an image in the builder",
         image_fields({{"name", "of the image"},
                       {"push", "to its registry", "true|false"},
                       {"push-by-digest", "without a name", "true|false"}})},
        {"registry", "an image in its registry", image_fields({{"name", "of the image"}})},
        {"oci", "an archive in OCI layout", image_fields({{"name", "of the image"}, destination})},
        {"local",
         "the files of the result",
         {{"dest", "the folder", "FILE"}, {"platform-split", "a folder a platform", "true|false"}}},
        {"tar", "the files of the result, as an archive", {destination}},
        {"cacheonly", "nowhere; the cache keeps it"}};
    return forms;
}

const std::vector<FieldForm> &cache_forms(bool to) {
    static const auto from_forms = make_cache_forms(false), to_forms = make_cache_forms(true);
    return to ? to_forms : from_forms;
}

const std::vector<FieldForm> &secret_forms() {
    static const std::vector<FieldForm> forms = {{"",
                                                  "",
                                                  {{"id", "as RUN --mount=type=secret calls it"},
                                                   {"src", "the file that has it", "FILE"},
                                                   {"env", "the variable that has it"},
                                                   {"type", "where it is", "file|env"}}}};
    return forms;
}

const std::vector<FieldForm> &attestation_forms() {
    static const std::vector<FieldForm> forms = {
        {"provenance",
         "how it was built",
         {{"mode", "how much is told", "min|max"},
          {"version", "of the format", "v0.2|v1"},
          {"disabled", "leave it out", "true|false"}}},
        {"sbom",
         "what is in it",
         {{"generator", "image of the scanner"}, {"disabled", "leave it out", "true|false"}}}};
    return forms;
}

} // namespace berth::cli
