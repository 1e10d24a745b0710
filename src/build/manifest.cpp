// The list of a context's entries as a text, and back; its text comes from the builder, where
// anything may have happened to it.
#include "berth/build/context_tree.hpp"
#include "berth/build/directory_cursor.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>

namespace berth::build {
namespace {

// A record is `TYPE MODE SIZE MTIME CTIME INODE DEVICE PATH`, NUL, and for links the target, NUL.
// TYPE is Entry::Type, or `h` for a hard link; MODE is octal.
constexpr std::string_view magic{"berth-manifest 1\0", 17};
constexpr std::size_t longest_path = 1u << 20;
constexpr std::size_t piece_size = 1u << 16; // of its text, which need not be there as a whole

void append_record(std::string &text, const Entry &entry) {
    text += entry.hard_link ? 'h' : static_cast<char>(entry.type);
    fmt::format_to(std::back_inserter(text), " {:o} {} {} {} {} {} ", entry.mode, entry.size,
                   entry.mtime_ns, entry.ctime_ns, entry.inode, entry.device);
    text += entry.path;
    text += '\0';
    if (entry.hard_link || entry.type == Entry::Type::symlink) {
        text += entry.link_target;
        text += '\0';
    }
}

void for_each_piece(const Manifest &manifest, const std::function<void(std::string_view)> &take) {
    std::string piece(magic);
    for (const auto &entry : manifest.entries) {
        append_record(piece, entry);
        if (piece.size() >= piece_size) {
            take(piece);
            piece.clear();
        }
    }
    take(piece);
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text), rest_(text) {}

    Manifest run() {
        if (!rest_.starts_with(magic))
            throw Error("this is no manifest of a build context that this version of berth knows");
        rest_.remove_prefix(magic.size());
        while (!rest_.empty())
            add(record());
        return std::move(manifest_);
    }

  private:
    [[noreturn]] void fail(std::string_view what) const {
        throw Error(fmt::format("damaged manifest of a build context: {} at byte {}", what,
                                text_.size() - rest_.size()));
    }

    Entry record() {
        Entry entry;
        char type = rest_.front();
        entry.hard_link = type == 'h';
        if (!entry.hard_link && std::string_view("fdlpcb").find(type) == std::string_view::npos)
            fail("no type of a file");
        entry.type = entry.hard_link ? Entry::Type::file : static_cast<Entry::Type>(type);
        rest_.remove_prefix(1);
        if (!rest_.starts_with(' '))
            fail("a space is missing");
        rest_.remove_prefix(1);
        number(entry.mode, 8);
        if (entry.mode > 07777)
            fail("no mode of a file");
        number(entry.size);
        number(entry.mtime_ns);
        number(entry.ctime_ns);
        number(entry.inode);
        number(entry.device);
        entry.path = string();
        if (entry.hard_link || entry.type == Entry::Type::symlink)
            entry.link_target = string();
        return entry;
    }

    // Only as to_chars writes it, so that a manifest has one text.
    template<class Number>
    void number(Number &value, int base = 10) {
        auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, base);
        auto digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.data()));
        if (digits.starts_with('-'))
            digits.remove_prefix(1);
        if (error != std::errc() ||
            (digits.starts_with('0') && (digits.size() > 1 || end != rest_.data() + 1)))
            fail("no number");
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        if (!rest_.starts_with(' '))
            fail("a space is missing");
        rest_.remove_prefix(1);
    }

    std::string string() {
        auto end = rest_.substr(0, longest_path).find('\0');
        if (end == std::string_view::npos)
            fail("a string has no end, or is too long");
        std::string result(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return result;
    }

    void add(Entry entry) {
        if (clean_path(entry.path) != entry.path || entry.path.starts_with('/') ||
            entry.path == "." || entry.path == ".." || entry.path.starts_with("../"))
            fail("no path inside a context");
        auto &entries = manifest_.entries;
        if (!entries.empty() && compare_paths(entries.back().path, entry.path) >= 0)
            fail("a path that is out of order");
        while (!folders_.empty() && !is_below(entry.path, entries[folders_.back()].path))
            folders_.pop_back();
        auto parent = folders_.empty() ? std::string_view() : entries[folders_.back()].path;
        if (parent_of(entry.path) != parent)
            fail("a path without its folder");
        if (entry.hard_link) {
            auto first = std::lower_bound(
                entries.begin(), entries.end(), entry.link_target,
                [](const Entry &l, const std::string &r) { return compare_paths(l.path, r) < 0; });
            if (first == entries.end() || first->path != entry.link_target || first->hard_link ||
                first->type != Entry::Type::file)
                fail("a hard link to no file");
        }
        if (entry.type == Entry::Type::directory)
            folders_.push_back(entries.size());
        entries.push_back(std::move(entry));
    }

    std::string_view text_;
    std::string_view rest_;
    Manifest manifest_;
    std::vector<std::size_t> folders_; // those that the last entry is in, by index
};

} // namespace

std::string Manifest::serialize() const {
    std::string text;
    for_each_piece(*this, [&text](std::string_view piece) { text += piece; });
    return text;
}

std::uint64_t Manifest::serialized_size() const {
    std::uint64_t size = 0;
    for_each_piece(*this, [&size](std::string_view piece) { size += piece.size(); });
    return size;
}

ManifestText::ManifestText(const Manifest &manifest) : manifest_(manifest), piece_(magic) {}

std::size_t ManifestText::read(char *buffer, std::size_t size) {
    if (piece_at_ == piece_.size()) {
        piece_.clear();
        piece_at_ = 0;
        while (piece_.size() < piece_size && next_ < manifest_.entries.size())
            append_record(piece_, manifest_.entries[next_++]);
    }
    auto count = std::min(size, piece_.size() - piece_at_);
    std::memcpy(buffer, piece_.data() + piece_at_, count);
    piece_at_ += count;
    return count;
}

Manifest Manifest::parse(std::string_view text) {
    return Parser(text).run();
}

std::string Manifest::digest() const {
    Sha256 sum;
    for_each_piece(*this, [&sum](std::string_view piece) { sum.update(piece); });
    return sum.hex();
}

std::uint64_t Manifest::total_size() const {
    std::uint64_t total = 0;
    for (const auto &entry : entries)
        total += entry.size;
    return total;
}

} // namespace berth::build
