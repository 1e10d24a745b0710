// SPDX-License-Identifier: Apache-2.0
// Destinations of outputs that BuildKit sends to the client.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/job/output.hpp"
#include "berth/session/file_send.hpp"
#include "berth/util/patient_write.hpp"

#include <ostream>

namespace berth::job {

// The engine that an output goes to: of type=docker,context=NAME, the one of that docker context.
docker::Docker engine_of(const Output &output, const docker::Docker &docker);

// The target of `output`, one for which has_target() holds: a file, standard output, a directory,
// or an engine (`docker load`). Creates nothing until BuildKit sends, but throws Error now if the
// destination is known to be unwritable, or is standard output on a terminal. `out` must outlive
// the target.
session::OutputTarget make_target(const Output &output, const docker::Docker &docker,
                                  std::ostream &out, bool out_is_terminal,
                                  const GivenUp &given_up = {});

// False for an image in a registry or in the builder, and for a layout in a directory
// (layout_output.hpp): BuildKit writes that through a content store.
bool has_target(const Output &output);

} // namespace berth::job
