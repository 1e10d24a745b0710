// SPDX-License-Identifier: Apache-2.0
// Passwords and tokens in the addresses of a build: `https://user:TOKEN@host/repo.git`,
// `https://host/context.tar?token=TOKEN`. BuildKit repeats addresses in names of steps and in
// errors; everything shown or stored of a build passes through this.
#pragma once

#include "berth/job/options.hpp"
#include "berth/progress/solve_status.hpp"

#include <string>
#include <vector>

namespace berth::job {

// As docker buildx masks passwords in the address of a remote.
constexpr const char *mask = "xxxxx";

class Redaction {
  public:
    explicit Redaction(const BuildOptions &options); // context, named contexts, Dockerfile
    explicit Redaction(const std::string &address);

    bool empty() const { return secrets_.empty(); }
    // `text` with each of them as xxxxx, as docker buildx masks a remote's address.
    std::string of(std::string text) const;
    progress::SolveStatus of(progress::SolveStatus status) const;

  private:
    void add(const std::string &address);

    std::vector<std::string> secrets_;
};

} // namespace berth::job
