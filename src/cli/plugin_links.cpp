// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/plugin_links.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace berth::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string &what, const fs::path &path,
                       const std::error_code &error) {
    throw Error(fmt::format("cannot {} {}: {}", what, printable(path.string()), error.message()));
}

// rename(2) would replace an existing file.
void move_aside(const fs::path &from, const fs::path &to) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(to, error)))
        throw Error(fmt::format("{} exists already", printable(to.string())), ExitCode::failure,
                    "it is a program that berth kept earlier, move it away");
    fs::rename(from, to, error);
    if (error)
        fail("move", from, error);
}

} // namespace

fs::path PluginLinks::kept(const std::string &name) const {
    return directory_ / ("kept-by-berth-" + name);
}

PluginLinks::State PluginLinks::state(const std::string &name) const {
    std::error_code error;
    auto status = fs::symlink_status(path(name), error);
    if (!fs::exists(status))
        return State::absent;
    if (fs::is_symlink(status) && fs::read_symlink(path(name), error).filename() == "berth")
        return State::ours;
    return State::other;
}

void PluginLinks::install(const std::vector<std::string> &names,
                          const std::function<void(const fs::path &)> &check) const {
    std::error_code error;
    fs::create_directories(directory_, error);
    if (error)
        fail("create the directory", directory_, error);
    std::vector<std::function<void()>> undo;
    try {
        for (const auto &name : names) {
            auto link = path(name);
            if (auto before = state(name); before == State::other) {
                auto away = kept(name);
                move_aside(link, away);
                undo.emplace_back([=] {
                    std::error_code none;
                    fs::rename(away, link, none);
                });
            } else if (before == State::ours) {
                auto target = fs::read_symlink(link);
                fs::remove(link);
                undo.emplace_back([=] {
                    std::error_code none;
                    fs::create_symlink(target, link, none);
                });
            }
            fs::create_symlink(program_, link, error);
            if (error)
                fail("create the link", link, error);
            undo.emplace_back([=] {
                std::error_code none;
                fs::remove(link, none);
            });
            check(link);
        }
    } catch (const std::exception &) {
        std::for_each(undo.rbegin(), undo.rend(), [](const auto &step) { step(); });
        throw;
    }
}

bool PluginLinks::uninstall(const std::string &name) const {
    if (state(name) != State::ours)
        return false;
    std::error_code error;
    if (!fs::remove(path(name), error))
        fail("remove", path(name), error);
    if (fs::exists(fs::symlink_status(kept(name), error)))
        move_aside(kept(name), path(name));
    return true;
}

fs::path this_program(const std::string &argv0, const Environment &environment) {
    std::vector<fs::path> candidates;
    if (argv0.find('/') != std::string::npos) {
        candidates.push_back(fs::absolute(argv0));
    } else {
        for (const auto &directory : split(environment.get("PATH"), ':'))
            candidates.push_back(
                fs::absolute(fs::path(directory.empty() ? "." : directory) / argv0));
    }
    std::error_code error;
    for (const auto &candidate : candidates) {
        if (!fs::is_regular_file(candidate, error))
            continue;
        if (candidate.filename() == "berth")
            return candidate.lexically_normal();
        // docker-berth is a link of ours, or a copy.
        return fs::canonical(candidate);
    }
    throw Error(fmt::format("cannot find the path of the program {}", printable(argv0)),
                ExitCode::failure, "run berth by its full path");
}

} // namespace berth::cli
