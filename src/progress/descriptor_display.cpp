// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/descriptor_display.hpp"

#include "berth/util/descriptor_stream.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <fcntl.h>

namespace berth::progress {

namespace {

class BothDisplay : public Display {
  public:
    BothDisplay(std::unique_ptr<Display> people, int fd, Mode mode, DisplayOptions options)
        : people_(std::move(people)), stream_(fd) {
        options.terminal = options.colour = false;
        program_ = make_display(mode, stream_, options);
    }

    void update(const SolveStatus &status) override {
        people_->update(status);
        program_->update(status);
    }
    void tick(Time now) override {
        people_->tick(now);
        program_->tick(now);
    }
    void finish() override {
        people_->finish();
        program_->finish();
        stream_.flush();
    }
    const std::vector<VertexWarning> &warnings() const override { return people_->warnings(); }

  private:
    std::unique_ptr<Display> people_;
    DescriptorStream stream_;
    std::unique_ptr<Display> program_; // writes to stream_
};

} // namespace

std::unique_ptr<Display> with_descriptor(std::unique_ptr<Display> people, const std::string &where,
                                         const DisplayOptions &options) {
    auto colon = where.find(':');
    auto number = parse_integer(where.substr(0, colon));
    auto form = colon == std::string::npos ? "rawjson" : where.substr(colon + 1);
    if (!number || *number < 0 || *number > 1'000'000 || (form != "rawjson" && form != "plain"))
        throw usage_error(fmt::format("invalid --progress-fd '{}'", printable(where)),
                          "write the number of a file descriptor, or NUMBER:plain");
    auto fd = static_cast<int>(*number);
    // Not inherited by docker's processes, so that the reader sees the end when the build ends.
    if (fd > 2 ? ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 : ::fcntl(fd, F_GETFD) < 0)
        throw usage_error(fmt::format("--progress-fd {}: no such file descriptor is open", fd),
                          fmt::format("open it in the shell: berth build … {}>FILE", fd));
    return std::make_unique<BothDisplay>(std::move(people), fd,
                                         form == "plain" ? Mode::plain : Mode::rawjson, options);
}

} // namespace berth::progress
