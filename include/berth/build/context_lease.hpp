// Named contexts that are folders: each is kept in step in the builder as the main context is, by a
// command of its own that holds its slot for as long as the build runs.
#pragma once

#include "berth/build/arguments.hpp"
#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth::build {

class ContextLeases {
  public:
    ContextLeases(const docker::Docker &docker, std::string container, std::string client_id);
    ~ContextLeases(); // gives them back
    ContextLeases(const ContextLeases &) = delete;
    ContextLeases &operator=(const ContextLeases &) = delete;

    // Begins to bring all of them there, side by side; they have to outlive this.
    void take(const std::map<std::string, context::LocalContext> &contexts);
    // By name: where they lie inside the builder. Waits for that; throws Error when one cannot be
    // brought.
    std::map<std::string, NamedPlace> folders() const;

  private:
    class Lease;
    const docker::Docker &docker_;
    std::string container_, client_id_;
    std::map<std::string, std::unique_ptr<Lease>> leases_;
};

} // namespace berth::build
