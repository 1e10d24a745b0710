// SPDX-License-Identifier: Apache-2.0
// Changing the store, one process at a time.
#include "berth/store/first_start.hpp"
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include "layout.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>

namespace berth::store {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds lock_patience{30};

void make_private_directory(const fs::path &path, const std::optional<Owner> &owner) {
    if (::mkdir(path.c_str(), 0700) == 0)
        ::chmod(path.c_str(), 0700); // whatever the umask
    else if (errno != EEXIST)
        throw Error(fmt::format("cannot create the builder store {}: {}", printable(path.string()),
                                errno_text(errno)),
                    ExitCode::failure, "set BUILDX_CONFIG to a writable directory");
    give_to(owner, path);
}

void remove_tree(const fs::path &path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error)
        throw Error(fmt::format("cannot remove {}: {}", printable(path.string()), error.message()));
}

} // namespace

Store::Transaction Store::begin() const {
    if (!directory_.parent_path().empty()) {
        std::error_code error;
        fs::create_directories(directory_.parent_path(),
                               error); // make_private_directory reports the failure
    }
    make_private_directory(directory_, owner_);
    for (auto directory : {"instances", "defaults", "activity"})
        make_private_directory(directory_ / directory, owner_);
    auto path = directory_ / ".lock";
    FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock && ::fchmod(lock.get(), 0600) != 0 && errno != EPERM) // whatever the umask
        lock.close();
    if (!lock)
        throw Error(fmt::format("cannot open {}: {}", printable(path.string()), errno_text(errno)));
    give_to(owner_, path);
    // Polls instead of waiting, so that a process that hangs with the lock does not block this one.
    auto deadline = std::chrono::steady_clock::now() + lock_patience;
    for (auto pause = std::chrono::milliseconds(1); ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0;
         pause = std::min(pause * 2, std::chrono::milliseconds(20))) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            throw Error(
                fmt::format("cannot lock {}: {}", printable(path.string()), errno_text(errno)));
        if (std::chrono::steady_clock::now() > deadline)
            throw Error(fmt::format("{} is locked by another process for {} seconds",
                                    printable(path.string()), lock_patience.count()),
                        ExitCode::failure,
                        "wait for that process or end it: fuser " + shell_quote(path.string()));
        std::this_thread::sleep_for(pause);
    }
    return {directory_, owner_, std::move(lock)};
}

// Temporary files are in the store's root directory, never in `instances`: docker buildx treats
// every file there as a builder, even one that a killed process left behind.
void Store::Transaction::write(const fs::path &path, std::string_view content) const {
    write_file_atomically(path, content, 0600, directory_);
    give_to(owner_, path);
}

void Store::Transaction::save(const BuilderRecord &record) {
    write(directory_ / "instances" / validate_name(record.name), format_record(record));
}

void Store::Transaction::remove(const std::string &name) {
    auto stored = validate_name(name);
    // Activity and refs use the name as it was first written, in any case.
    std::vector<std::string> spellings = {stored, name};
    try {
        if (auto record = Store(directory_).find(name))
            spellings.push_back(record->name);
    } catch (const Error &) { // a broken file can still be removed
    }
    for (const auto &spelling : spellings) {
        remove_tree(directory_ / "activity" / spelling);
        remove_tree(directory_ / "refs" / spelling);
    }
    remove_tree(directory_ / "instances" / stored);
    FirstStart::forget(directory_, name);
}

void Store::Transaction::set_current(const Current &current) {
    if (!current.name.empty())
        validate_name(current.name);
    write(directory_ / "current",
          go_json({{"Key", current.key}, {"Name", current.name}, {"Global", current.global}}));
}

void Store::Transaction::set_default(const std::string &key, const std::string &name) {
    auto path = default_file(directory_, key);
    if (name.empty())
        return remove_tree(path);
    validate_name(name);
    write(path, name);
}

void Store::Transaction::touch(const std::string &name, Time now) {
    FirstStart::forget(directory_, name);
    write(directory_ / "activity" / name,
          format_rfc3339(std::chrono::floor<std::chrono::seconds>(now)));
}

} // namespace berth::store
