// The list of a context's entries as a text, and back; its text comes from the builder, where
// anything may have happened to it.
#include "berth/context/context_tree.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace berth::context {
namespace {

// A record is `TYPE MODE SIZE MTIME CTIME INODE DEVICE PATH`, NUL, and for links the target, NUL.
// TYPE is Entry::Type, or `h` for a hard link; MODE is octal.
constexpr std::string_view magic{"berth-manifest 1\0", 17};
constexpr std::size_t longest_record = 2u << 20;
constexpr std::size_t piece_size = 1u << 16; // of its text, which need not be there as a whole

void append_record(std::string &text, const Entry &entry) {
    text += entry.hard_link ? 'h' : static_cast<char>(entry.type);
    fmt::format_to(std::back_inserter(text), " {:o} {} {} {} {} {} ", entry.mode, entry.size,
                   entry.mtime_ns, entry.ctime_ns, entry.inode, entry.device);
    text += entry.path;
    text += '\0';
    if (is_link(entry)) {
        text += entry.link_target;
        text += '\0';
    }
}

[[noreturn]] void fail(std::string_view what) {
    throw Error(fmt::format("damaged manifest of a build context: {}", what));
}

void for_each_piece(const Manifest &manifest, const std::function<void(std::string_view)> &take) {
    ManifestText text(manifest);
    for (auto piece = text.next(); !piece.empty(); piece = text.next())
        take(piece);
}

// The fields of one record.
class Fields {
  public:
    explicit Fields(std::string_view record) : rest_(record) {}

    Entry read() {
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
        if (is_device(entry.type) ? entry.size != 0 : entry.device != 0)
            fail("a device's number, or its size");
        entry.path = string();
        if (is_link(entry))
            entry.link_target = string();
        return entry;
    }

  private:
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

    std::string_view string() {
        auto end = rest_.find('\0');
        auto result = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return result;
    }

    std::string_view rest_;
};

// Up to its last NUL; nothing when that has not come yet.
std::optional<std::size_t> record_size(std::string_view text) {
    auto end = text.find('\0');
    if (end != std::string_view::npos && (text[0] == 'h' || text[0] == 'l'))
        end = text.find('\0', end + 1);
    if (end == std::string_view::npos)
        return std::nullopt;
    return end + 1;
}

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

std::string_view ManifestText::next() {
    if (piece_at_ == piece_.size()) {
        piece_.clear();
        piece_at_ = 0;
        while (piece_.size() < piece_size && entry_ < manifest_.entries.size())
            append_record(piece_, manifest_.entries[entry_++]);
    }
    return std::string_view(piece_).substr(std::exchange(piece_at_, piece_.size()));
}

std::size_t ManifestText::read(char *buffer, std::size_t size) {
    auto piece = next();
    auto count = std::min(size, piece.size());
    std::memcpy(buffer, piece.data(), count);
    piece_at_ -= piece.size() - count; // the rest is for the next time
    return count;
}

ManifestReader::ManifestReader(std::function<void(const Entry &)> take) : take_(std::move(take)) {}

void ManifestReader::feed(std::string_view part) {
    text_ += part;
    if (text_.size() >= piece_size)
        read();
}

void ManifestReader::finish() {
    read();
    if (!begun_)
        fail("it is empty");
    if (!text_.empty())
        fail("a string has no end");
}

// All that is there as a whole.
void ManifestReader::read() {
    std::string_view rest = text_;
    if (!begun_ && !rest.empty()) {
        if (!rest.starts_with(magic))
            throw Error("this is no manifest of a build context that this version of berth knows");
        rest.remove_prefix(magic.size());
        begun_ = true;
    }
    while (!rest.empty()) {
        auto size = record_size(rest);
        if (!size && rest.size() <= longest_record)
            break;
        if (!size || *size > longest_record)
            fail("a string has no end, or is too long");
        auto entry = Fields(rest.substr(0, *size)).read();
        check(entry);
        take_(entry);
        last_ = entry.path;
        if (entry.type == Entry::Type::directory)
            folders_.emplace_back(entry.path);
        rest.remove_prefix(*size);
    }
    text_.erase(0, text_.size() - rest.size());
}

void ManifestReader::check(const Entry &entry) {
    auto path = entry.path;
    if (clean_path(path) != path || path.starts_with('/') || path == "." || path == ".." ||
        path.starts_with("../"))
        fail("no path inside a context");
    if (!last_.empty() && compare_paths(last_, path) >= 0)
        fail("a path that is out of order");
    while (!folders_.empty() && !is_below(path, folders_.back()))
        folders_.pop_back();
    if (parent_of(path) != (folders_.empty() ? std::string_view() : folders_.back()))
        fail("a path without its folder");
    if (entry.hard_link && compare_paths(entry.link_target, path) >= 0)
        fail("a hard link to no file");
}

std::string Manifest::digest() const {
    Sha256 sum;
    for_each_piece(*this, [&sum](std::string_view piece) { sum.update(piece); });
    return sum.hex();
}

std::uint64_t Manifest::total_size() const {
    std::uint64_t total = 0;
    for (auto entry : entries)
        total += entry.size;
    return total;
}

} // namespace berth::context
