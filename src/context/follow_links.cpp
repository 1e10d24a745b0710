// SPDX-License-Identifier: Apache-2.0
// Resolves paths through symlinks, within the directory. Follows fsutil's followlinks.go, including
// its oddities: only the last component may have wildcards, and a symlink is resolved once, with
// the rest of the first path that reached it.
#include "berth/context/path_pattern.hpp"
#include "berth/context/source_walk.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "link_text.hpp"
#include "walk.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <set>
#include <stdexcept>

namespace berth::context {
namespace {

constexpr std::size_t most_steps = 100'000; // bounds links that multiply

bool has_wildcards(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '\\')
            ++i;
        else if (name[i] == '*' || name[i] == '?' || name[i] == '[')
            return true;
    }
    return false;
}

// Go's filepath.Match of a single name: where ** equals *.
class NamePattern {
  public:
    explicit NamePattern(std::string_view pattern) {
        std::string single;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i] == '*' && single.ends_with('*') && !single.ends_with("\\*"))
                continue;
            single += pattern[i];
            if (pattern[i] == '\\' && i + 1 < pattern.size())
                single += pattern[++i];
        }
        try {
            pattern_.emplace(single);
        } catch (const std::invalid_argument &) { // matches nothing
        }
    }
    bool matches(std::string_view name) const { return pattern_ && pattern_->matches(name); }

  private:
    std::optional<PathPattern> pattern_;
};

// The path made relative and inside: "/../x" is "x".
std::string inside(std::string_view path) {
    auto cleaned = clean_path("/" + std::string(path));
    return cleaned == "/" ? "." : cleaned.substr(1);
}

class Resolver {
  public:
    explicit Resolver(const std::filesystem::path &root) : root_(root), cursor_(root) {}

    void add(std::string_view path) {
        auto cleaned = clean_path("./" + std::string(path));
        if (cleaned == ".." || cleaned.starts_with("../"))
            resolved_.insert(cleaned); // outside: matches nothing
        else
            follow(cleaned);
    }

    std::set<std::string> take() { return std::move(resolved_); }

  private:
    void follow(std::string_view path) {
        if (++steps_ > most_steps)
            throw Error(fmt::format("too many symlinks below {}", printable(root_.native())));
        auto rest = inside(path);
        std::string current;
        for (;;) {
            auto slash = rest.find('/');
            current += (current.empty() ? "" : "/") + rest.substr(0, slash);
            rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
            auto targets = read(current);
            if (!targets && !rest.empty())
                continue;
            if (!resolved_.insert(current).second || !targets)
                return;
            for (const auto &target : *targets)
                follow(target + "/" + rest);
            return;
        }
    }

    // The targets of the symlinks that match the name, or nothing.
    std::optional<std::vector<std::string>> read(const std::string &path) {
        std::vector<std::string> targets;
        auto parent = parent_of(path);
        auto name = std::string(name_of(path));
        int fd = cursor_.open(parent);
        if (fd < 0) {
            check(parent);
            return std::nullopt;
        }
        if (!has_wildcards(name)) {
            read_one(fd, parent, name, targets);
        } else {
            Names names;
            if (!names.read(fd))
                check(parent);
            NamePattern pattern(name);
            while (const char *each = names.next())
                if (pattern.matches(each))
                    read_one(fd, parent, each, targets);
        }
        if (targets.empty())
            return std::nullopt;
        return targets;
    }

    void read_one(int fd, std::string_view parent, const std::string &name,
                  std::vector<std::string> &targets) {
        struct stat status;
        auto path = std::string(parent) + (parent.empty() ? "" : "/") + name;
        if (::fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return check(path);
        if (!S_ISLNK(status.st_mode))
            return;
        auto target = read_link(fd, name, status);
        if (!target)
            return check(path);
        targets.push_back(target->starts_with('/') ? *target : std::string(parent) + "/" + *target);
    }

    // A missing path has no links to follow.
    void check(std::string_view path) const {
        auto error = errno;
        if (error != ENOENT && error != ENOTDIR && error != ELOOP && error != EINVAL)
            throw Error(fmt::format("cannot read {}: {}", printable((root_ / path).native()),
                                    errno_text(error)));
    }

    const std::filesystem::path &root_;
    DirectoryCursor cursor_;
    std::set<std::string> resolved_;
    std::size_t steps_ = 0;
};

} // namespace

std::vector<std::string> follow_links(const std::filesystem::path &root,
                                      const std::vector<std::string> &paths) {
    Resolver resolver(root);
    for (const auto &path : paths)
        resolver.add(path);
    std::vector<std::string> result;
    for (const auto &path : resolver.take()) {
        if (path == ".")
            return {};
        if (result.empty() || !path.starts_with(result.back() + "/"))
            result.push_back(path);
    }
    return result;
}

} // namespace berth::context
