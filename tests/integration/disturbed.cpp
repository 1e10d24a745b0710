// SPDX-License-Identifier: Apache-2.0
#include "disturbed.hpp"

#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "exec_program.hpp"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace berth::test {

namespace {

using std::chrono::milliseconds, std::chrono::seconds;
constexpr seconds patience{60};

struct Ends {
    FileDescriptor read, write;
};
Ends pipe_ends() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// False at the end.
bool read_some(FileDescriptor &from, std::string &into) {
    std::array<char, 1 << 16> buffer;
    auto size = ::read(from.get(), buffer.data(), buffer.size());
    if (size > 0)
        into.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0;
}

std::string content(const std::string &file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

Disturbed::Disturbed(const std::vector<std::string> &argv, const Variables &variables,
                     std::string at, std::string log, const Disturbance &how)
    : at_(std::move(at)), log_(std::move(log)), how_(how) {
    auto out = pipe_ends(), err = pipe_ends();
    auto child = ::fork();
    if (child == 0) {
        for (const auto &[name, value] : variables)
            ::setenv(name.c_str(), value.c_str(), 1);
        ::dup2(out.write.get(), STDOUT_FILENO);
        ::dup2(err.write.get(), STDERR_FILENO);
        exec_program(argv);
    }
    out.write.close();
    err.write.close();
    watch(child, std::move(out.read), std::move(err.read));
}

void Disturbed::watch(pid_t child, FileDescriptor out, FileDescriptor err) {
    auto begin = Clock::now();
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        // What will be closed is not read, so that the program cannot have written all of it
        // before.
        pollfd watched[2] = {{how_.signal == Disturbance::output ? -1 : out.get(), POLLIN, 0},
                             {err.get(), POLLIN, 0}};
        ::poll(watched, 2, 5);
        if (watched[0].revents != 0 && !read_some(out, result_.out))
            out.close();
        if (watched[1].revents != 0 && !read_some(err, result_.err))
            err.close();
        if (!reached_ && (result_.err.find(at_) != std::string::npos ||
                          content(log_).find(at_) != std::string::npos))
            disturb(child, out, err);
        if (Clock::now() - begin > patience)
            ::kill(child, SIGKILL);
    }
    ended_ = Clock::now();
    while (out && read_some(out, result_.out)) {
    }
    while (err && read_some(err, result_.err)) {
    }
    result_.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Disturbed::disturb(pid_t child, FileDescriptor &out, FileDescriptor &err) {
    reached_ = Clock::now();
    if (how_.signal < 0)
        return (how_.signal == Disturbance::error ? err : out).close();
    ::kill(child, how_.signal);
    if (how_.signal != SIGSTOP)
        return;
    std::this_thread::sleep_for(seconds(3));
    ::kill(child, SIGCONT);
}

milliseconds Disturbed::took() const {
    return std::chrono::duration_cast<milliseconds>(ended_ - reached_.value_or(ended_));
}

std::vector<std::string> processes_with(const std::string &variable) {
    std::vector<std::string> found;
    for (const auto &entry : std::filesystem::directory_iterator("/proc")) {
        auto environment = content(entry.path() / "environ");
        if ((std::string(1, '\0') + environment).find(std::string(1, '\0') + variable + '\0') ==
            std::string::npos)
            continue;
        auto command = replace_all(content(entry.path() / "cmdline"), std::string(1, '\0'), " ");
        if (!command.empty()) // a zombie has none
            found.push_back(command);
    }
    return found;
}

bool soon(const std::function<bool()> &condition) {
    auto deadline = std::chrono::steady_clock::now() + seconds(3);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(milliseconds(50));
    }
    return true;
}

} // namespace berth::test
