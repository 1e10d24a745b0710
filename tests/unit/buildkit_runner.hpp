// SPDX-License-Identifier: Apache-2.0
// A runner whose every command is a connection to a BuildKit in memory.
#pragma once

#include "berth/buildkit/grpc_peer.hpp"
#include "berth/process/runner.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace berth::test {

class BuildkitRunner : public process::Runner {
  public:
    explicit BuildkitRunner(const buildkit::Services &services) : services_(services) {}

    std::size_t at_once = 1; // most bytes of a write; more are quicker
    // The command ends, with this outcome, after it has written so many bytes.
    std::size_t ends_after = std::numeric_limits<std::size_t>::max();
    // After so many bytes it writes nothing more, but runs until its input ends.
    std::size_t stalls_after = std::numeric_limits<std::size_t>::max();
    // The bits of this byte are inverted.
    std::size_t garbles_at = std::numeric_limits<std::size_t>::max();
    process::Outcome outcome;
    std::vector<process::Command> commands;
    std::size_t written = 0;

    process::Outcome run(const process::Command &command,
                         const process::Streams &streams) override {
        commands.push_back(command);
        buildkit::GrpcPeer server(&services_);
        std::thread feeder([&] {
            std::string buffer(4096, '\0');
            try {
                while (auto count = streams.input(buffer.data(), buffer.size()))
                    server.receive(std::string_view(buffer).substr(0, count));
            } catch (const std::exception &) {
            }
            server.close();
        });
        try {
            write(server, streams);
        } catch (const std::exception &) { // the reader has gone
        }
        if (stalls_after <= written)
            feeder.join();
        streams.on_exit();
        if (feeder.joinable())
            feeder.join();
        return outcome;
    }

  private:
    void write(buildkit::GrpcPeer &server, const process::Streams &streams) {
        std::string buffer(at_once, '\0');
        auto end = std::min(ends_after, stalls_after);
        written = 0;
        while (written < end) {
            auto count = server.send(buffer.data(), std::min(at_once, end - written));
            if (count == 0)
                return;
            if (garbles_at - written < count)
                buffer[garbles_at - written] = static_cast<char>(~buffer[garbles_at - written]);
            written += count;
            streams.on_output(std::string_view(buffer).substr(0, count));
        }
    }

    const buildkit::Services &services_;
};

} // namespace berth::test
