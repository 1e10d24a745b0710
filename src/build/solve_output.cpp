#include "berth/build/solve_output.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <chrono>

namespace berth::build {

namespace {

constexpr std::size_t line_limit = 512u << 20; // more than BuildKit sends of a log at once

} // namespace

void SolveOutput::take(std::string_view bytes) {
    while (true) {
        auto end = bytes.find('\n');
        if (end == std::string_view::npos) {
            rest_ += bytes;
            if (rest_.size() > line_limit)
                throw Error("the build sent a line of more than 512 MiB");
            return;
        }
        if (rest_.empty()) {
            line(bytes.substr(0, end));
        } else {
            rest_ += bytes.substr(0, end);
            auto whole = std::move(rest_);
            rest_.clear();
            line(whole);
        }
        bytes.remove_prefix(end + 1);
    }
}

void SolveOutput::finish() {
    if (!rest_.empty())
        line(rest_);
    rest_.clear();
    if (log_ && !text_.empty())
        log_->fail(std::string(trim(text_)));
    log_.reset();
}

// BuildKit says `transferring SLOT-context:`; people know the context by its name.
std::string_view SolveOutput::without_slots(std::string_view line) {
    for (const auto &slot : reply_.copies) {
        auto prefix = slot + "-";
        auto at = line.find(prefix);
        if (at == std::string_view::npos)
            continue;
        std::string plain(line);
        for (; at != std::string::npos; at = plain.find(prefix, at))
            plain.erase(at, prefix.size());
        renamed_ = std::move(plain);
        line = renamed_;
    }
    return line;
}

void SolveOutput::line(std::string_view line) {
    if (read_remote_line(line, marker_, reply_))
        return;
    line = without_slots(line);
    if (line.starts_with('{')) {
        if (auto status = progress::parse_solve_status(line)) {
            display_.raw_line(line);
            display_.update(*status);
            emulation_.look(*status);
            return;
        }
    }
    if (log_as_text_ && text_.empty() && !line.starts_with("error: ")) {
        add_to_log(line);
        return;
    }
    text_ += printable(line, true);
    text_ += '\n';
}

void SolveOutput::add_to_log(std::string_view line) {
    if (!log_)
        log_.emplace(display_, "[internal] log of a BuildKit before 0.13",
                     [] { return Time(std::chrono::system_clock::now()); });
    log_->log(std::string(line) + "\n");
}

} // namespace berth::build
