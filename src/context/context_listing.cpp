// SPDX-License-Identifier: Apache-2.0
#include "berth/context/context_listing.hpp"

#include "walk.hpp"

#include <algorithm>
#include <map>
#include <sys/stat.h>
#include <unordered_set>

namespace berth::context {

namespace {

namespace fs = std::filesystem;

// Every directory that contains a path, from the nearest to ".".
template<class Visit>
void for_each_parent(const std::string &path, Visit visit) {
    for (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = path.rfind('/', slash - 1))
        visit(path.substr(0, slash));
    visit(std::string("."));
}

// A file that cannot be examined counts as empty.
struct Found {
    Entry::Type type = Entry::Type::file;
    std::uint64_t size = 0; // of a file
};
Found look_at(const fs::path &place) {
    struct stat status;
    if (::lstat(place.c_str(), &status) != 0)
        return {};
    Found found{.type = type_of(status.st_mode).value_or(Entry::Type::file)};
    if (found.type == Entry::Type::file)
        found.size = static_cast<std::uint64_t>(status.st_size);
    return found;
}

void add_all_below(KeptOut &directory, const fs::path &place) {
    std::error_code error;
    fs::recursive_directory_iterator at(place, fs::directory_options::skip_permission_denied,
                                        error),
        end;
    for (; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->is_symlink(ignored))
            continue;
        ++directory.files;
        directory.size += look_at(at->path()).size;
    }
}

class Listing {
  public:
    explicit Listing(const LocalContext &context) : context_(context) {
        for (auto entry : context.manifest.entries)
            sent_.emplace(entry.path);
    }

    ContextListing run() {
        sum_sent();
        walk();
        auto by_path = [](const auto &left, const auto &right) { return left.path < right.path; };
        std::sort(result_.kept_out.begin(), result_.kept_out.end(), by_path);
        for (const auto &out : result_.kept_out)
            for_each_parent(out.path, [&](const std::string &directory) {
                if (auto sum = sums_.find(directory); sum != sums_.end())
                    sum->second.kept_out += out.size;
            });
        for (auto &[path, sum] : sums_)
            result_.directories.push_back(std::move(sum));
        return std::move(result_);
    }

  private:
    void sum_sent() {
        sums_["."].path = ".";
        for (auto entry : context_.manifest.entries) {
            if (entry.type == Entry::Type::directory) {
                sums_[std::string(entry.path)].path = entry.path;
                continue;
            }
            for_each_parent(std::string(entry.path), [&](const std::string &directory) {
                auto &sum = sums_[directory];
                ++sum.files;
                sum.size += entry.size;
            });
        }
    }

    void walk() {
        std::error_code error;
        fs::recursive_directory_iterator at(context_.directory,
                                            fs::directory_options::skip_permission_denied, error),
            end;
        // The decision for the directory at each depth.
        std::vector<IgnorePatterns::Decision> above = {context_.ignore.root()};
        for (; !error && at != end; at.increment(error)) {
            auto depth = static_cast<std::size_t>(at.depth());
            above.resize(depth + 1);
            auto path = at->path().lexically_relative(context_.directory).generic_string();
            auto decision = context_.ignore.decide(path, above[depth]);
            std::error_code ignored;
            bool directory = at->is_directory(ignored) && !at->is_symlink(ignored);
            bool goes_on = directory && (!decision.excluded || sent_.contains(path) ||
                                         context_.ignore.may_include_below(path));
            if (directory && !goes_on)
                at.disable_recursion_pending();
            if (decision.excluded && !goes_on && !sent_.contains(path))
                add(at->path(), path, decision.rule);
            above.push_back(std::move(decision));
        }
    }

    void add(const fs::path &place, const std::string &path, int rule) {
        auto found = look_at(place);
        KeptOut out{.path = path,
                    .type = found.type,
                    .line = context_.ignore.line(rule),
                    .pattern = context_.ignore.text(rule)};
        if (found.type == Entry::Type::directory) {
            add_all_below(out, place);
        } else {
            out.files = 1;
            out.size = found.size;
        }
        result_.kept_out.push_back(std::move(out));
    }

    const LocalContext &context_;
    std::unordered_set<std::string> sent_;
    std::map<std::string, DirectorySum> sums_;
    ContextListing result_;
};

} // namespace

ContextListing list_context(const LocalContext &context) {
    return Listing(context).run();
}

} // namespace berth::context
