// SPDX-License-Identifier: Apache-2.0
#include "generated_tree.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::test {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> names = {"a",        "b",      "c.txt",         "d.md",
                                        "data",     "src",    "lib",           "main.c",
                                        "x y",      " lead",  "tail ",         "\xc3\xbcml",
                                        "日本",     "-dash",  "--two",         ".hidden",
                                        "..dot",    "#hash",  "!bang",         "star*",
                                        "[cls]",    "q?",     "back\\slash",   "UPPER",
                                        "node_mod", "a.b.c",  "comma,colon:",  "$HOME",
                                        "%41",      "'q\"",   "~tilde",        "e",
                                        "f",        "c2.txt", "README.md",     "vendor",
                                        "a-b",      "a0",     "Dockerfile.old"};

const std::vector<mode_t> modes = {0644, 0755, 0600, 0400, 0777, 0666, 04755, 02755, 01777, 0000};

struct stat status_of(const fs::path &path) {
    struct stat status {};
    ::lstat(path.c_str(), &status);
    return status;
}

void set_times(const fs::path &path, timespec time) {
    const timespec times[] = {time, time};
    ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

std::string digest_of(const fs::path &path) {
    return sha256_hex(read_file(path, std::size_t{64} << 20));
}

void write(const fs::path &path, const std::string &content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

} // namespace

GeneratedTree::GeneratedTree(fs::path root, Random &random)
    : root_(std::move(root)),
      random_(random),
      any_bytes_(random.one_in(25)),
      special_too_(random.one_in(8)) {
    fs::create_directories(root_);
    for (auto count = 4 + random_.below(24); count > 0; --count)
        add_entry();
    auto all = paths();
    for (auto path = all.rbegin(); path != all.rend(); ++path)
        set_old_time(root_ / *path);
    set_old_time(root_);
}

std::vector<std::string> GeneratedTree::paths() const {
    std::vector<std::string> all;
    for (const auto &entry : fs::recursive_directory_iterator(root_))
        all.push_back(entry.path().lexically_relative(root_).string());
    std::sort(all.begin(), all.end());
    return all;
}

void GeneratedTree::write_fixed(const std::string &name, const std::string &content) {
    fs::remove_all(root_ / name);
    write(root_ / name, content);
    ::chmod((root_ / name).c_str(), 0644);
    set_old_time(root_ / name);
    fixed_.push_back(name);
}

void GeneratedTree::set_old_time(const fs::path &path) {
    constexpr time_t start = 1'000'000'000;
    long part = random_.one_in(2) ? 0 : static_cast<long>(random_.below(1'000'000'000));
    set_times(path,
              {.tv_sec = start + static_cast<time_t>(random_.below(100'000'000)), .tv_nsec = part});
}

std::string GeneratedTree::new_path() {
    std::vector<std::string> parents = {"", ""};
    for (const auto &path : paths())
        if (fs::symlink_status(root_ / path).type() == fs::file_type::directory)
            parents.push_back(path + "/");
    auto name = random_.pick(names);
    if (any_bytes_ && random_.one_in(4))
        name += "\xe4";
    auto path = random_.pick(parents) + name;
    return fs::exists(fs::symlink_status(root_ / path)) ? "" : path;
}

void GeneratedTree::add_entry() {
    auto name = new_path();
    if (name.empty())
        return;
    auto path = root_ / name;
    auto kind = random_.below(100);
    if (kind < 25) {
        fs::create_directory(path);
        ::chmod(path.c_str(), random_.one_in(2) ? 0755 : random_.pick(modes));
    } else if (kind < 40) {
        add_symlink(path);
    } else if (kind < 46) {
        auto others = paths();
        auto other = others.empty() ? root_ : root_ / random_.pick(others);
        if (S_ISREG(status_of(other).st_mode) && !other.filename().string().starts_with("Docker"))
            fs::create_hard_link(other, path);
        else
            add_file(path);
    } else if (kind < 52 && special_too_) {
        add_special(path);
    } else {
        add_file(path);
    }
    if (!S_ISREG(status_of(path).st_mode) || status_of(path).st_nlink == 1)
        set_old_time(path);
}

void GeneratedTree::add_file(const fs::path &path) {
    constexpr std::size_t large = 300'000;
    auto size = random_.one_in(8) ? 0 : 8 + random_.below(random_.one_in(12) ? large : 200);
    write(path, random_.bytes(size));
    if (size != 0 && random_.one_in(15))
        fs::resize_file(path, 4 * large); // a hole
    ::chmod(path.c_str(), random_.one_in(3) ? 0644 : random_.pick(modes));
}

void GeneratedTree::add_symlink(const fs::path &path) {
    std::vector<std::string> targets = {".",    "..",      "../..",     "/",  "/etc/passwd",
                                        "none", "../none", "/abs/none", "a/", path.filename()};
    auto inside = paths();
    for (int i = 0; i < 10 && !inside.empty(); ++i) {
        auto target = root_ / random_.pick(inside);
        targets.push_back(target.lexically_relative(path.parent_path()).string());
        targets.push_back("/" + target.lexically_relative(root_).string()); // from the context
    }
    fs::create_symlink(random_.pick(targets), path);
}

void GeneratedTree::add_special(const fs::path &path) {
    sockaddr_un address{};
    auto text = path.string();
    if (random_.one_in(2) || text.size() >= sizeof address.sun_path) {
        ::mkfifo(path.c_str(), 0644);
        return;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, text.c_str(), text.size());
    int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(made, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        ::mkfifo(path.c_str(), 0644);
    ::close(made);
}

std::string GeneratedTree::movable() {
    auto all = paths();
    for (int i = 0; i < 5 && !all.empty(); ++i) {
        auto path = random_.pick(all);
        if (std::find(fixed_.begin(), fixed_.end(), path) == fixed_.end())
            return path;
    }
    return "";
}

std::string GeneratedTree::rewrite(const fs::path &path) {
    auto status = status_of(path);
    constexpr off_t least = 8;
    if (!S_ISREG(status.st_mode) || status.st_size < least)
        return "left ";
    auto old = digest_of(path);
    auto content = random_.bytes(static_cast<std::size_t>(status.st_size));
    if (status.st_nlink == 1 && random_.one_in(2))
        fs::remove(path);
    write(path, content);
    ::chmod(path.c_str(), status.st_mode & 07777);
    set_times(path, status.st_mtim);
    auto now = digest_of(path);
    for (auto &[before, after] : rewritten_)
        if (after == old)
            after = now;
    rewritten_[old] = now;
    return "rewrote with the same size and time: ";
}

// Replaces an entry by another kind of entry.
std::string GeneratedTree::replace(const fs::path &path) {
    bool directory = S_ISDIR(status_of(path).st_mode);
    fs::remove_all(path);
    if (random_.one_in(3)) {
        add_symlink(path);
    } else if (directory) {
        add_file(path);
    } else {
        fs::create_directory(path);
        add_file(path / "inside");
    }
    set_old_time(path);
    return "replaced ";
}

std::string GeneratedTree::edit() {
    auto name = movable();
    auto path = root_ / name;
    auto kind = random_.below(8);
    if (name.empty() || kind == 0) {
        add_entry();
        return "added an entry";
    }
    std::string did = "left ";
    if (kind == 1 || kind == 2) {
        did = rewrite(path);
    } else if (kind == 3) {
        did = replace(path);
    } else if (kind == 4) {
        fs::remove_all(path);
        did = "removed ";
    } else if (kind == 5 && !S_ISLNK(status_of(path).st_mode)) {
        ::chmod(path.c_str(), random_.pick(modes));
        did = "changed the mode of ";
    } else if (kind == 6) {
        auto to = new_path();
        if (!to.empty() && !(to + "/").starts_with(name + "/")) {
            fs::rename(path, root_ / to);
            did = "renamed to " + to + ": ";
        }
    } else if (S_ISREG(status_of(path).st_mode)) {
        std::ofstream(path, std::ios::binary | std::ios::app) << random_.bytes(9);
        did = "appended to ";
    }
    return did + name;
}

} // namespace berth::test
