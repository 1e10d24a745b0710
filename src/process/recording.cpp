// SPDX-License-Identifier: Apache-2.0
#include "berth/process/recording.hpp"

namespace berth::process {

Outcome RecordingRunner::run(const Command &command, const Streams &streams) {
    std::string input;
    if (streams.input) {
        char buffer[65536];
        while (auto count = streams.input(buffer, sizeof buffer))
            input.append(buffer, count);
    }
    std::unique_lock lock(mutex_);
    records.push_back({command, input});
    Outcome outcome = fallback;
    if (answer) {
        outcome = answer(command, input);
    } else if (!answers.empty()) {
        outcome = std::move(answers.front());
        answers.pop_front();
    }
    lock.unlock();
    if (streams.on_output) {
        streams.on_output(outcome.out);
        outcome.out.clear();
    }
    if (streams.on_error) {
        streams.on_error(outcome.err);
        outcome.err.clear();
    }
    return outcome;
}

std::string RecordingRunner::transcript() const {
    std::string text;
    for (const auto &record : records)
        text += to_shell(record.command) + "\n";
    return text;
}

} // namespace berth::process
