#include "berth/build/remote_dockerfile.hpp"

#include "berth/build/build_failure.hpp"
#include "berth/build/transport.hpp"
#include "berth/buildkit/bridge.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "fetch_script.hpp" // made from fetch.sh

#include <fmt/format.h>

namespace berth::build {

namespace {

constexpr std::size_t size_limit = 2u << 20;

// An empty folder stands for the context, which this has none of.
context::LocalContext no_context() {
    context::LocalContext context;
    context.kind = context::LocalContext::Kind::remote;
    context.scratch = std::make_shared<ScratchFolder>("fetch");
    context.directory = context.scratch->path();
    context.place = "a Dockerfile from an address";
    return context;
}

Error too_large(const std::string &url) {
    return Error(fmt::format("failed to build: failed to solve: Dockerfile {} bigger than allowed "
                             "max size (2.097MB)",
                             printable(url)),
                 ExitCode::failure, "a file may have 16 MB");
}

} // namespace

pb::Definition http_definition(const std::string &url, const std::string &name,
                               const std::string &step) {
    pb::Op source;
    source.mutable_source()->set_identifier(url);
    (*source.mutable_source()->mutable_attrs())["http.filename"] = name;
    auto bytes = source.SerializeAsString();
    auto digest = "sha256:" + sha256_hex(bytes);
    pb::Definition definition;
    definition.add_def(bytes);
    // The last one says what is wanted: the first output of the source.
    pb::Op wanted;
    wanted.add_inputs()->set_digest(digest);
    definition.add_def(wanted.SerializeAsString());
    (*(*definition.mutable_metadata())[digest].mutable_description())["llb.customname"] = step;
    return definition;
}

std::string fetch_dockerfile(buildkit::Bridge &bridge, const std::string &url) {
    constexpr const char *name = "Dockerfile";
    buildkit::frontend::SolveRequest request;
    *request.mutable_definition() = http_definition(url, name, "[internal] load " + printable(url));
    auto response = bridge.solve(request);
    try {
        return bridge.read_file(response.result().ref().id(), name, size_limit);
    } catch (const buildkit::FileTooLarge &) {
        throw too_large(url);
    }
}

std::string fetch_dockerfile(const BuildSetting &setting, const std::string &container,
                             const std::string &url, progress::Display &display) {
    auto context = no_context();
    auto definition =
        base64_encode(http_definition(url, "Dockerfile", "[internal] load " + printable(url))
                          .SerializeAsString());
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
        throw too_large(url);
    return text;
}

} // namespace berth::build
