// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/display.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "live_display.hpp"
#include "plain_display.hpp"
#include "tty_display.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <utility>

namespace berth::progress {

namespace {

struct NamedMode {
    const char *name;
    Mode mode;
};
constexpr NamedMode modes[] = {
    {"auto", Mode::automatic},  {"plain", Mode::plain}, {"tty", Mode::tty},
    {"rawjson", Mode::rawjson}, {"quiet", Mode::quiet}, {"none", Mode::none},
};

// Draws nothing.
class QuietDisplay : public Display {
  public:
    void update(const SolveStatus &status) override {
        warnings_.insert(warnings_.end(), status.warnings.begin(), status.warnings.end());
    }
    void finish() override {}
    const std::vector<VertexWarning> &warnings() const override { return warnings_; }

  private:
    std::vector<VertexWarning> warnings_;
};

// One JSON object a line.
class RawJsonDisplay : public QuietDisplay {
  public:
    explicit RawJsonDisplay(std::ostream &out) : out_(out) {}

    void update(const SolveStatus &status) override {
        QuietDisplay::update(status);
        out_ << format_solve_status(status) << '\n' << std::flush;
    }

  private:
    std::ostream &out_;
};

} // namespace

Mode parse_mode(std::string_view text) {
    std::vector<std::string> names;
    for (auto &known : modes) {
        if (text == known.name)
            return known.mode;
        names.emplace_back(known.name);
    }
    auto near = nearest(text, names);
    throw usage_error(fmt::format("invalid progress mode '{}'", printable(text)),
                      near.empty() ? "use one of " + join(names, ", ")
                                   : fmt::format("did you mean '{}'?", near));
}

std::optional<TerminalSize> terminal_size(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return std::nullopt;
    return TerminalSize{size.ws_col, size.ws_row};
}

namespace {

// With an injected clock, the caller calls tick().
std::unique_ptr<Display> live(std::unique_ptr<Display> display, const DisplayOptions &options) {
    if (options.now)
        return display;
    return std::make_unique<LiveDisplay>(std::move(display));
}

} // namespace

std::unique_ptr<Display> make_display(Mode mode, std::ostream &err, const DisplayOptions &options) {
    if (mode == Mode::automatic)
        mode = options.terminal ? Mode::tty : Mode::plain;
    switch (mode) {
    case Mode::tty:
        if (!options.terminal)
            throw usage_error("--progress=tty: standard error is not a terminal",
                              "use --progress=plain or --progress=auto");
        return live(std::make_unique<TtyDisplay>(err, options), options);
    case Mode::rawjson:
        return std::make_unique<RawJsonDisplay>(err);
    case Mode::quiet:
    case Mode::none:
        return std::make_unique<QuietDisplay>();
    case Mode::plain:
    case Mode::automatic:
        break;
    }
    return live(std::make_unique<PlainDisplay>(err, options), options);
}

} // namespace berth::progress
