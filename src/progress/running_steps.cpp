// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/running_steps.hpp"

#include <utility>

namespace berth::progress {

void RunningSteps::look(const SolveStatus &status) {
    for (const auto &vertex : status.vertexes)
        if (vertex.completed)
            steps_.erase(vertex.digest);
        else if (vertex.started)
            steps_.insert_or_assign(vertex.digest, vertex);
}

SolveStatus RunningSteps::cancelled(Time now) {
    SolveStatus status;
    for (auto &[digest, vertex] : std::exchange(steps_, {})) {
        vertex.completed = now;
        vertex.error = "context canceled";
        status.vertexes.push_back(std::move(vertex));
    }
    return status;
}

} // namespace berth::progress
