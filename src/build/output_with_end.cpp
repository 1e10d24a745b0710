#include "berth/build/output_with_end.hpp"

#include <algorithm>
#include <utility>

namespace berth::build {

OutputWithEnd::OutputWithEnd(std::string end, std::function<void(std::string_view)> pass_on)
    : end_(std::move(end)), pass_on_(std::move(pass_on)) {}

void OutputWithEnd::take(std::string_view bytes) {
    std::string joined;
    if (!held_.empty()) {
        joined = std::exchange(held_, {}).append(bytes);
        bytes = joined;
    }
    auto kept = std::min(bytes.size(), end_.size());
    while (!end_.starts_with(bytes.substr(bytes.size() - kept)))
        --kept;
    if (kept < bytes.size())
        pass_on_(bytes.substr(0, bytes.size() - kept));
    held_ = bytes.substr(bytes.size() - kept);
}

void OutputWithEnd::finish() {
    if (!reached() && !held_.empty())
        pass_on_(std::exchange(held_, {}));
}

} // namespace berth::build
