// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/ssh_sharing.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "ssh_script.hpp" // made of ssh.sh

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace berth::docker {

namespace fs = std::filesystem;

namespace {

// The path of a socket has at most 107 bytes. ssh names it with 40 digits, and 17 more while it
// creates it.
constexpr std::size_t longest_directory = 107 - 1 - 40 - 17;

// Other users must not be able to put a socket or a program there.
bool is_ours_alone(const fs::path &directory) {
    struct stat status = {};
    return ::lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == ::geteuid() && (status.st_mode & 077) == 0;
}

bool prepare(const fs::path &directory) {
    std::error_code error;
    if (directory.has_parent_path())
        fs::create_directories(directory.parent_path(), error);
    if (::mkdir(directory.c_str(), 0700) == 0)
        ::chmod(directory.c_str(), 0700); // whatever the umask
    else if (errno != EEXIST)
        return false;
    if (!is_ours_alone(directory))
        return false;
    try {
        auto program = directory / "ssh";
        if (read_file_if_exists(program) != ssh_script)
            write_file_atomically(program, ssh_script, 0700);
        return true;
    } catch (const Error &) {
        return false;
    }
}

} // namespace

std::string ssh_sharing_directory(const Environment &environment) {
    std::vector<fs::path> candidates;
    if (fs::path directory = environment.get("XDG_RUNTIME_DIR"); directory.is_absolute())
        candidates.push_back(directory / "berth-ssh");
    if (fs::path directory = environment.get("XDG_CACHE_HOME"); directory.is_absolute())
        candidates.push_back(directory / "berth" / "ssh");
    else if (fs::path home = environment.get("HOME"); home.is_absolute())
        candidates.push_back(home / ".cache" / "berth" / "ssh");
    candidates.emplace_back("/tmp/berth-ssh-" + std::to_string(::geteuid()));
    for (const auto &directory : candidates) {
        // PATH cannot contain a colon in a directory's name, and ssh interprets %.
        bool fits = directory.native().size() <= longest_directory &&
                    directory.native().find_first_of(":%\"\\") == std::string::npos;
        if (fits && prepare(directory))
            return directory.string();
    }
    return {};
}

} // namespace berth::docker
