// SPDX-License-Identifier: Apache-2.0
// A connection to a node for its build records.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/docker/docker.hpp"
#include "berth/store/builder_record.hpp"

#include <functional>
#include <memory>
#include <string>

namespace berth::history {

// Connects to a node's BuildKit, of the builder `name`. When it does not run, `boot` is
// called, and it is tried once more. Throws Error as builder::error_of() says.
std::unique_ptr<buildkit::Connection> connect(const docker::Docker &docker,
                                              const store::NodeRecord &node,
                                              const std::string &name,
                                              const std::function<void()> &boot);

} // namespace berth::history
