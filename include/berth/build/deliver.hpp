// Where the bytes of an output go that buildctl streams on its standard output: a file, a folder,
// this program's standard output, or the engine (`docker load`). A new destination is a new Sink
// and a case in make_sink().
#pragma once

#include "berth/build/output.hpp"
#include "berth/docker/docker.hpp"

#include <memory>
#include <ostream>
#include <string_view>

namespace berth::build {

class Sink {
  public:
    virtual ~Sink() = default;
    // From one thread at a time. An exception ends the build.
    virtual void write(std::string_view bytes) = 0;
    // Everything came and the build worked: make it final. Without it the destructor leaves
    // nothing half-made behind (files of a folder output that were written stay).
    virtual void commit() = 0;
};

// The engine that an output goes to: of type=docker,context=NAME, the one of that docker context.
docker::Docker engine_of(const Output &output, const docker::Docker &docker);

// `output` is one that comes to the client. Throws before anything is built when its destination
// cannot be written.
std::unique_ptr<Sink> make_sink(const Output &output, const docker::Docker &docker,
                                std::ostream &out, bool out_is_terminal);

// The output as buildctl is told it, so that it streams: dest=-, and a folder as a tar.
Output streamed(const Output &output);

} // namespace berth::build
