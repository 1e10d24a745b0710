// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/remote.hpp"

#include "berth/builder/driver_options.hpp"
#include "berth/builder/node.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::builder {
namespace {

using Kind = RemoteAddress::Kind;
using Words = std::vector<std::string>;

constexpr const char *socket_path = "/run/buildkit/buildkitd.sock";
constexpr const char *tls_directory = "/run/berth-tls/";

// HOST:PORT, [IPv6]:PORT; buildkitd's own port by default.
void read_host(RemoteAddress &address, const std::string &text) {
    auto authority = text.substr(0, text.find('/'));
    auto bracket = authority.find(']');
    auto colon = authority.rfind(':');
    bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
    address.host = authority.substr(0, has_port ? colon : std::string::npos);
    address.port = has_port ? authority.substr(colon + 1) : "1234";
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    auto port = parse_integer(address.port).value_or(0);
    constexpr int last_port = 65535;
    bool good = !address.host.empty() && !address.host.starts_with('-') && port > 0 &&
                port <= last_port &&
                address.port.find_first_not_of("0123456789") == std::string::npos;
    if (!good)
        throw usage_error(fmt::format("invalid remote endpoint tcp://{}", printable(text)),
                          "write tcp://HOST:PORT");
}

void read_container(RemoteAddress &address, const std::string &text) {
    auto question = text.find('?');
    address.host = text.substr(0, question);
    if (address.host.ends_with('/'))
        address.host.pop_back();
    if (question != std::string::npos)
        for (const auto &field : split(text.substr(question + 1), '&'))
            if (field.starts_with("context="))
                address.docker_context = field.substr(std::string_view("context=").size());
    if (address.host.empty() || address.host.starts_with('-') ||
        address.docker_context.starts_with('-'))
        throw usage_error(
            fmt::format("invalid remote endpoint docker-container://{}", printable(text)),
            "write docker-container://CONTAINER");
}

RemoteAddress read_endpoint(const std::string &endpoint) {
    auto colon = endpoint.find("://");
    auto scheme = colon == std::string::npos ? endpoint.substr(0, endpoint.find(':'))
                                             : endpoint.substr(0, colon);
    auto rest = colon == std::string::npos ? "" : endpoint.substr(colon + 3);
    RemoteAddress address;
    if (scheme == "tcp") {
        read_host(address, rest);
    } else if (scheme == "unix" && rest.starts_with('/')) {
        address.kind = Kind::unix_path;
        address.host = rest;
        if (rest.find(',') != std::string::npos)
            throw usage_error(fmt::format("invalid remote endpoint {}", printable(endpoint)),
                              "docker takes no path with a comma");
    } else if (scheme == "docker-container") {
        address.kind = Kind::container;
        read_container(address, rest);
    } else if (scheme == "kube-pod" || scheme == "ssh" || scheme == "npipe") {
        throw usage_error(fmt::format("berth does not reach {}", printable(endpoint)),
                          "remote endpoints are tcp://HOST:PORT, unix:///PATH and "
                          "docker-container://NAME; for an engine behind ssh, make a docker "
                          "context and a builder on it");
    } else {
        throw usage_error(fmt::format("unrecognized url scheme {}", printable(scheme)),
                          "remote endpoints are tcp://HOST:PORT, unix:///PATH and "
                          "docker-container://NAME");
    }
    return address;
}

process::TlsSettings read_tls(const OptionMap &options, const RemoteAddress &address) {
    auto value = [&](const char *name) {
        auto found = options.find(name);
        return found == options.end() ? std::string() : found->second;
    };
    process::TlsSettings tls{.server_name = value("servername"),
                             .ca_file = value("cacert"),
                             .certificate_file = value("cert"),
                             .key_file = value("key")};
    if (tls.server_name.empty())
        tls.server_name = address.host;
    Words missing;
    if (tls.ca_file.empty())
        missing.emplace_back("cacert");
    if (!tls.certificate_file.empty() && tls.key_file.empty())
        missing.emplace_back("key");
    if (tls.certificate_file.empty() && !tls.key_file.empty())
        missing.emplace_back("cert");
    if (!missing.empty())
        throw usage_error("tls enabled, but missing keys " + join(missing, ", "),
                          "give them with --driver-opt");
    return tls;
}

// Uses the image of builders, which most likely exists. A socket needs no network; tcp uses the
// host's network, so that localhost is the engine's machine, as for docker buildx there.
docker::ProgramRun relay(const RemoteAddress &address, const std::string &program) {
    docker::ProgramRun run{.image = default_image, .program = program, .network = "host"};
    if (address.kind == Kind::unix_path) {
        run.network = "none";
        run.mounts.push_back({.source = address.host, .target = socket_path});
    }
    return run;
}

std::string authority(const RemoteAddress &address) {
    return address.host.find(':') == std::string::npos ? address.host + ":" + address.port
                                                       : "[" + address.host + "]:" + address.port;
}

docker::Docker engine_of(const docker::Docker &docker, const RemoteAddress &address) {
    return address.docker_context.empty() ? docker : docker.at(address.docker_context);
}

} // namespace

RemoteAddress read_remote(const store::NodeRecord &node) {
    auto address = read_endpoint(node.endpoint);
    auto options = node.driver_options.value_or(OptionMap());
    bool encrypted = false;
    for (const auto &[name, value] : options) {
        if (name == "default-load") {
            auto flag = parse_bool(value);
            if (!flag)
                throw usage_error(fmt::format("invalid value '{}' of driver option default-load: "
                                              "neither true nor false",
                                              printable(value)));
            address.default_load = *flag;
            continue;
        }
        bool is_file = name == "cacert" || name == "cert" || name == "key";
        if (is_file && !value.starts_with('/'))
            throw usage_error(
                fmt::format("non-absolute path '{}' provided for {}", printable(value), name),
                "write the whole path");
        if (!is_file && name != "servername")
            throw usage_error(
                fmt::format("invalid driver option {} for remote driver", printable(name)),
                "it has cacert, cert, key, servername and default-load");
        encrypted = true;
    }
    if (encrypted)
        address.tls = read_tls(options, address);
    return address;
}

bool loads_by_default(const store::NodeRecord &node) {
    return node.remote
               ? read_remote(node).default_load
               : read_driver_options(node.driver_options.value_or(OptionMap())).default_load;
}

process::Command remote_command(const docker::Docker &docker, const RemoteAddress &address,
                                process::Effect effect) {
    if (address.kind == Kind::container)
        return engine_of(docker, address)
            .exec_command(address.host, {"buildctl", "dial-stdio"}, true, effect);
    bool socket = address.kind == Kind::unix_path;
    auto run = relay(address, socket ? "buildctl" : "nc");
    run.interactive = true;
    run.arguments = socket ? Words{"dial-stdio"} : Words{address.host, address.port};
    return docker.program_run_command(run, effect);
}

process::Command remote_buildctl(const docker::Docker &docker, const RemoteAddress &address,
                                 const Words &arguments) {
    if (address.kind == Kind::container) {
        Words words = {"buildctl"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return engine_of(docker, address).exec_command(address.host, std::move(words), false);
    }
    auto run = relay(address, "buildctl");
    if (address.kind == Kind::tcp)
        run.arguments = {"--addr", "tcp://" + authority(address)};
    if (const auto &tls = address.tls) {
        auto add = [&](const std::string &file, const char *option) {
            if (file.empty())
                return;
            auto target = tls_directory + std::string(option) + ".pem";
            run.mounts.push_back({.source = file, .target = target, .read_only = true});
            run.arguments.insert(run.arguments.end(), {std::string("--") + option, target});
        };
        add(tls->ca_file, "tlscacert");
        add(tls->certificate_file, "tlscert");
        add(tls->key_file, "tlskey");
        run.arguments.insert(run.arguments.end(), {"--tlsservername", tls->server_name});
    }
    run.arguments.insert(run.arguments.end(), arguments.begin(), arguments.end());
    return docker.program_run_command(run);
}

} // namespace berth::builder
