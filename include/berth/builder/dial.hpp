// SPDX-License-Identifier: Apache-2.0
// The connection to a builder's BuildKit, and the meaning of its failures.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/docker/docker.hpp"
#include "berth/store/builder_record.hpp"

#include <string>
#include <vector>

namespace berth::builder {

// `docker exec -i CONTAINER buildctl dial-stdio`. `by_hand`: what --dry-run prints instead.
process::Command dial_command(const docker::Docker &docker, const std::string &container,
                              std::vector<std::string> by_hand,
                              process::Effect effect = process::Effect::change);

// A connection to a node, also to a remote BuildKit. `by_hand`: arguments of the buildctl command
// that --dry-run prints instead; empty: the command itself.
buildkit::Dial dial(const docker::Docker &docker, const store::NodeRecord &node,
                    const std::vector<std::string> &by_hand = {},
                    process::Effect effect = process::Effect::change);

// The error for the user. builder_unavailable if the container of the builder `name` is missing or
// does not run, or its BuildKit does not answer.
Error error_of(const buildkit::CommandEnded &ended, const std::string &name);
Error error_of(const buildkit::GrpcError &error, const std::string &name);

} // namespace berth::builder
