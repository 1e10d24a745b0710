// SPDX-License-Identifier: Apache-2.0
// Displays of a build: plain, tty, rawjson, quiet. A new one needs a Display and a line in
// make_display().
#pragma once

#include "berth/progress/colours.hpp"
#include "berth/progress/solve_status.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace berth::progress {

enum class Mode { automatic, plain, tty, rawjson, quiet, none };

// "auto", "plain", "tty", "rawjson", "quiet", "none"; throws a usage error that names the value.
Mode parse_mode(std::string_view text);

struct TerminalSize {
    int width = 80, height = 24; // in cells
};
// The size of the terminal at a file descriptor; nothing if it is not a terminal.
std::optional<TerminalSize> terminal_size(int fd);

struct DisplayOptions {
    // Plain prints it first, after `#0 `: `building with "b" instance using docker-container
    // driver`; empty: no line.
    std::string builder_line = {};
    // Tty shows it at the right of its first line: `docker-container:b`.
    std::string builder_name = {};
    bool terminal =
        false;           // whether the stream is one; `automatic` is tty there and plain elsewhere
    bool colour = false; // escape sequences for colour (terminal, and no NO_COLOR)
    Colours colours = {};
    int log_lines = 6;                            // of each running step on a terminal, if they fit
    std::chrono::milliseconds draw_interval{100}; // updates are drawn at most once in this time
    bool short_names = false;                     // plain cuts the name of a step after 72 bytes
    int width = 80, height = 24;
    // Called before each redraw, for resized terminals. Empty function: the size above.
    std::function<TerminalSize()> size = {};
    // The clock: plain draws at most every 100 ms and switches between steps, tty counts seconds.
    // Must be the clock of the time that tick() gets. Empty function: the system's clock. Tests use
    // their own.
    std::function<Time()> now = {};
};

// Calls are in order and from one thread at a time. `update` may be called any number of times,
// `finish` once, after which nothing more is drawn.
class Display {
  public:
    virtual ~Display() = default;
    virtual void update(const SolveStatus &status) = 0;
    // Redraws running steps (a terminal's clock), and updates that plain held back. A display
    // without an injected clock calls it from its own thread.
    virtual void tick(Time now) { (void)now; }
    // The end: prints held-back updates, and the logs of failed steps again.
    virtual void finish() = 0;
    // The warnings seen so far, for the summary at the end of a build.
    virtual const std::vector<VertexWarning> &warnings() const = 0;
};

// `err` is where progress goes (standard error). Resolves `automatic` to plain or tty.
std::unique_ptr<Display> make_display(Mode mode, std::ostream &err, const DisplayOptions &options);

// The summary at the end of a build: ` 2 warnings found (use docker --debug to expand):` and a line
// for each; with `debug` also their details, URLs and source lines. Prints nothing without
// warnings.
void print_warnings(std::ostream &out, const std::vector<VertexWarning> &warnings, bool colour,
                    bool debug);

// The source lines of a warning, with a few around them, in BuildKit's form. Empty if it has none.
std::string source_excerpt(const VertexWarning &warning);

// A vertex of berth's own (`[internal] booting buildkit`, `importing to docker`): started by the
// constructor, completed by done() or fail(), or else by the destructor.
class Task {
  public:
    using Clock = std::function<Time()>;
    Task(Display &display, std::string name, Clock now);
    ~Task();
    Task(const Task &) = delete;
    Task &operator=(const Task &) = delete;

    // A status line: `#1 pulling image x`, and again with `done` when `completed`.
    void status(const std::string &id, std::int64_t current, std::int64_t total, bool completed);
    // A completed status line whose name, in JSON, is not its text.
    void outcome(const std::string &id, const std::string &name);
    // Calls status() before and after `work`, also after an exception, which it rethrows.
    void step(const std::string &id, const std::function<void()> &work);
    void log(std::string_view text);
    void done();
    void fail(const std::string &error);

  private:
    void complete(const std::string &error);
    void send(const SolveStatus &status);
    Display &display_;
    Clock now_;
    Vertex vertex_;
    std::map<std::string, Time> started_;
    bool completed_ = false;
};

} // namespace berth::progress
