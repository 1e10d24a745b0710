// SPDX-License-Identifier: Apache-2.0
#include "berth/history/connect.hpp"

#include "berth/builder/dial.hpp"
#include "berth/buildkit/control.hpp"

namespace berth::history {

std::unique_ptr<buildkit::Connection> connect(const docker::Docker &docker,
                                              const store::NodeRecord &node,
                                              const std::string &name,
                                              const std::function<void()> &boot) {
    auto dial = builder::dial(docker, node, {}, process::Effect::query);
    for (bool again = false;; again = true) {
        auto connection = std::make_unique<buildkit::Connection>(docker.runner(), dial);
        try {
            buildkit::Control(*connection).info();
            return connection;
        } catch (const buildkit::CommandEnded &ended) {
            auto error = builder::error_of(ended, name);
            bool cancelled = ended.outcome().kind == process::Outcome::Kind::cancelled;
            if (again || cancelled || error.code() != ExitCode::builder_unavailable)
                throw Error(error);
        } catch (const buildkit::GrpcError &) {
            return connection; // an older BuildKit, which lacks this call
        }
        connection.reset();
        boot();
    }
}

} // namespace berth::history
