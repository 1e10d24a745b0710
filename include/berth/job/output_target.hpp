// SPDX-License-Identifier: Apache-2.0
// Destinations of outputs that BuildKit sends to the client.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/output.hpp"
#include "berth/session/file_send.hpp"
#include "berth/util/environment.hpp"
#include "berth/util/patient_write.hpp"

#include <ostream>

namespace berth::job {

// The engine that an output goes to: `docker`, or of type=docker,context=NAME that of the docker
// context.
docker::Docker engine_of(const Output &output, const docker::Docker &docker,
                         const Environment &environment);

// The target of `output`, one for which has_target() holds: a file, standard output, a directory,
// or an engine (`docker load`). Creates nothing until BuildKit sends, but throws Error now if the
// destination is known to be unwritable, or is standard output on a terminal. `engine`: of
// engine_of(). `out` must outlive the target.
session::OutputTarget make_target(const Output &output, const docker::Docker &engine,
                                  std::ostream &out, bool out_is_terminal,
                                  const GivenUp &given_up = {});

// The same for the place and the streams of a build, until it is cancelled.
session::OutputTarget make_target(const Output &output, const BuildSetting &setting);

// False for an image in a registry or in the builder, and for a layout in a directory
// (layout_output.hpp): BuildKit writes that through a content store.
bool has_target(const Output &output);

} // namespace berth::job
