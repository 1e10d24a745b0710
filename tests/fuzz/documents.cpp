// SPDX-License-Identifier: Apache-2.0
// Documents from outside: output of docker and buildctl, files of the store and of configurations.
#include "berth/builder/config_files.hpp"
#include "berth/builder/worker.hpp"
#include "berth/cli/builders_file.hpp"
#include "berth/docker/parse.hpp"
#include "berth/image/image_archive.hpp"
#include "berth/image/platform_load.hpp"
#include "berth/job/call.hpp"
#include "berth/job/provenance_metadata.hpp"
#include "berth/store/builder_record.hpp"
#include "berth/store/docker_config.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "fuzz_input.hpp"

namespace {

using namespace berth;

// A parser must return a value or throw Error.
template<class Parse>
void parse(Parse &&parse) {
    try {
        parse();
    } catch (const Error &) {
    }
}

const std::filesystem::path &directory() {
    static const ScratchFolder folder("fuzz-documents");
    return folder.path();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto text = std::string(fuzz::bytes(data, size));
    parse([&] { docker::parse_containers(text); });
    parse([&] { docker::parse_images(text); });
    parse([&] { docker::parse_info(text); });
    parse([&] { docker::parse_versions(text); });
    parse([&] { builder::parse_worker_info(text); });
    parse([&] {
        // A value that was read and written must be read again.
        auto record = store::parse_record(text, "a file");
        store::parse_record(store::format_record(record), "its copy");
    });
    parse([&] { image::read_image_index(text); });
    parse(
        [&] { image::read_built_image(image::ImageDocuments{.manifest = text, .config = text}); });
    parse([&] {
        auto metadata = nlohmann::json::object();
        job::add_provenance(metadata, {{.type = "https://slsa.dev/provenance/v1", .json = text}},
                            job::ProvenanceMode::min);
    });
    write_file_atomically(directory() / "config.json", text);
    parse([&] { store::read_docker_config(directory()); });
    parse([&] { cli::read_builders_file(directory() / "config.json"); });
    return 0;
}
