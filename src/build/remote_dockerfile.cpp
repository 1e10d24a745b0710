#include "berth/build/remote_dockerfile.hpp"

#include "berth/build/build_failure.hpp"
#include "berth/build/transport.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "fetch_script.hpp" // made from fetch.sh

#include <fmt/format.h>

namespace berth::build {

namespace {

constexpr std::size_t size_limit = 2u << 20;

// Protocol buffers, as far as it takes.
std::string number(std::size_t value) {
    constexpr std::size_t more = 0x80;
    std::string bytes;
    for (; value >= more; value >>= 7)
        bytes += static_cast<char>(value | more);
    return bytes + static_cast<char>(value);
}

std::string field(std::size_t id, std::string_view bytes) {
    constexpr std::size_t length_delimited = 2;
    return number(id << 3 | length_delimited) + number(bytes.size()) + std::string(bytes);
}

std::string map_entry(std::size_t id, std::string_view key, std::string_view value) {
    return field(id, field(1, key) + field(2, value));
}

// An empty folder stands for the context, which this has none of.
context::LocalContext no_context() {
    context::LocalContext context;
    context.kind = context::LocalContext::Kind::remote;
    context.scratch = std::make_shared<ScratchFolder>("fetch");
    context.directory = context.scratch->path();
    context.place = "a Dockerfile from an address";
    return context;
}

} // namespace

std::string http_definition(const std::string &url, const std::string &name,
                            const std::string &step) {
    constexpr std::size_t op_inputs = 1, op_source = 3, source_identifier = 1, source_attrs = 2;
    constexpr std::size_t input_digest = 1, definition_def = 1, definition_metadata = 2;
    constexpr std::size_t metadata_description = 2;
    auto source = field(op_source, field(source_identifier, url) +
                                       map_entry(source_attrs, "http.filename", name));
    auto digest = "sha256:" + sha256_hex(source);
    // The last one says what is wanted: the first output of the source.
    auto wanted = field(op_inputs, field(input_digest, digest));
    return field(definition_def, source) + field(definition_def, wanted) +
           map_entry(definition_metadata, digest,
                     map_entry(metadata_description, "llb.customname", step));
}

std::string fetch_dockerfile(const BuildSetting &setting, const std::string &container,
                             const std::string &url, progress::Display &display) {
    auto context = no_context();
    auto definition =
        base64_encode(http_definition(url, "Dockerfile", "[internal] load " + printable(url)));
    std::string text;
    std::vector<std::string> words = {"sh",          "-c",       fetch_script,
                                      "berth-fetch", definition, std::to_string(size_limit + 1),
                                      "buildctl",    "build",    "--progress=rawjson"};
    SolveRequest request{.context = context,
                         .context_key = context::context_key(setting.client_id, context.place),
                         .arguments = [&words](const BuildPlaces &) { return words; }};
    request.on_output = [&text](std::string_view bytes) {
        text += bytes.substr(0, size_limit + 1 - text.size());
    };
    auto transport = make_stream_transport();
    auto result = transport->solve(setting.docker, container, request, display);
    if (result.kind == SolveResult::Kind::no_builder) {
        builder::boot(setting.docker, setting.node, display, setting.surroundings);
        result = transport->solve(setting.docker, container, request, display);
    }
    if (result.kind != SolveResult::Kind::done)
        throw read_failure(result, container, setting.surroundings.cancellation.cancelled(), {})
            .error;
    if (text.size() > size_limit)
        throw Error(fmt::format("failed to build: failed to solve: Dockerfile {} bigger than "
                                "allowed max size (2.097MB)",
                                printable(url)),
                    ExitCode::failure, "a file may have 16 MB");
    return text;
}

} // namespace berth::build
