// SPDX-License-Identifier: Apache-2.0
#include "berth/store/first_start.hpp"

#include "berth/store/owner.hpp"
#include "berth/store/store.hpp"
#include "berth/util/unfinished_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::store {

namespace fs = std::filesystem;

namespace {

fs::path file_of(const fs::path &store, const std::string &name) {
    return store / "starting" / validate_name(name);
}

bool lock(int file) { // false too if it was not opened (-1)
    return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

// Under sudo, the store's owner.
void give_to_owner_of(const fs::path &store, const fs::path &path) {
    struct stat status;
    if (::geteuid() == 0 && ::stat(store.c_str(), &status) == 0)
        give_to(Owner{.user = status.st_uid, .group = status.st_gid}, path);
}

} // namespace

FirstStart::FirstStart(const fs::path &store, const std::string &name)
    : path_(file_of(store, name)) {
    auto directory = path_.parent_path();
    ::mkdir(directory.c_str(), 0700);
    // Locked before it has its name, so that it never looks killed.
    lock_ = UnfinishedFile(directory / unfinished_name(), 0600);
    if (!lock(lock_.get()) || !lock_.move_to(path_)) {
        lock_ = UnfinishedFile();
        return;
    }
    give_to_owner_of(store, directory);
    give_to_owner_of(store, path_);
}

FirstStart::~FirstStart() {
    if (lock_)
        ::unlink(path_.c_str());
}

bool FirstStart::was_killed(const fs::path &store, const std::string &name) {
    FileDescriptor file(::open(file_of(store, name).c_str(), O_RDWR | O_CLOEXEC));
    return lock(file.get());
}

void FirstStart::forget(const fs::path &store, const std::string &name) {
    ::unlink(file_of(store, name).c_str());
}

} // namespace berth::store
