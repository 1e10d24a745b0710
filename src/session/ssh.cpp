// SPDX-License-Identifier: Apache-2.0
#include "berth/session/ssh.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/error.hpp"
#include "berth/util/socket.hpp"
#include "berth/util/strings.hpp"

#include "agent_filter.hpp"
#include "buildkit/ssh_forward.pb.h"
#include "metadata.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace berth::session {
namespace {

namespace fs = std::filesystem;
using buildkit::GrpcError;
using buildkit::Status;
using buildkit::StatusCode;
using moby::sshforward::v1::BytesMessage;
using moby::sshforward::v1::CheckAgentRequest;
using moby::sshforward::v1::CheckAgentResponse;
using Sockets = std::map<std::string, fs::path>;

const fs::path &find(const Sockets &sockets, const std::string &id) {
    auto found = sockets.find(id.empty() ? "default" : id);
    if (found == sockets.end())
        throw GrpcError(StatusCode::unknown, fmt::format("unset ssh forward key {}",
                                                         id.empty() ? "default" : printable(id)));
    return found->second;
}

FileDescriptor connect_to(const fs::path &path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path)
        throw Error(fmt::format("the path of the SSH agent's socket is too long: {}",
                                printable(path.native())));
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    auto socket = open_socket(AF_UNIX);
    if (!socket ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        throw Error(fmt::format("cannot connect to the SSH agent {}: {}", printable(path.native()),
                                errno_text(errno)));
    return socket;
}

void send_to_agent(int socket, std::string_view bytes) {
    if (auto error = send_all(socket, bytes); error != 0)
        throw Error(fmt::format("cannot write to the SSH agent: {}", errno_text(error)));
}

// Forwards the agent's answers to the build, until the agent closes the connection.
void forward_answers(int socket, buildkit::MessageStream &stream) {
    std::string buffer(32u << 10, '\0');
    BytesMessage message;
    for (;;) {
        auto count = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return;
        message.set_data(buffer.data(), static_cast<std::size_t>(count));
        buildkit::write(stream, message);
    }
}

Status forward(const Sockets &sockets, buildkit::Request &request) {
    auto socket = connect_to(find(sockets, first_value(request.metadata, "buildkit.ssh.id")));
    std::thread answers([&] {
        try {
            forward_answers(socket.get(), request.stream);
        } catch (
            const std::exception &) { // the build has ended, which the other direction also sees
        }
    });
    Status status;
    try {
        AgentFilter filter;
        BytesMessage message;
        while (buildkit::read(request.stream, message)) {
            std::string to_agent;
            filter.feed(message.data(), to_agent);
            send_to_agent(socket.get(), to_agent);
        }
        ::shutdown(socket.get(), SHUT_WR); // answers may still come
    } catch (const GrpcError &error) {
        status = error.status();
    } catch (const std::exception &error) {
        status = {StatusCode::unknown, error.what(), {}};
    }
    if (!status.ok())
        ::shutdown(socket.get(), SHUT_RDWR);
    answers.join();
    return status;
}

} // namespace

void add_ssh(buildkit::Services &services, std::map<std::string, fs::path> sockets) {
    auto shared = std::make_shared<const Sockets>(std::move(sockets));
    services.add("/moby.sshforward.v1.SSH/CheckAgent",
                 buildkit::unary<CheckAgentRequest, CheckAgentResponse>(
                     [shared](const CheckAgentRequest &request, const auto &) {
                         find(*shared, request.id());
                         return CheckAgentResponse();
                     }));
    services.add("/moby.sshforward.v1.SSH/ForwardAgent",
                 [shared](buildkit::Request &request) { return forward(*shared, request); });
}

} // namespace berth::session
