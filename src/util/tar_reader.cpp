// SPDX-License-Identifier: Apache-2.0
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format"
// and "pax Header File Format"; GNU's additions: https://www.gnu.org/software/tar/manual/
// (Standard)
#include "berth/util/tar_reader.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace berth {
namespace {

constexpr std::size_t longest_header = 1u << 20; // bytes, of a pax or GNU header
constexpr std::uint64_t largest_member = 1ull << 50;

[[noreturn]] void damaged(std::string_view why) {
    throw Error(fmt::format("the archive is damaged: {}", why));
}

std::string_view text_of(std::string_view field) {
    return field.substr(0, std::min(field.find('\0'), field.size()));
}

// Octal digits between spaces, or GNU's base 256 if the highest bit is set.
std::uint64_t number_of(std::string_view field) {
    std::uint64_t value = 0;
    if ((static_cast<unsigned char>(field.front()) & 0x80) != 0) {
        for (std::size_t i = 0; i < field.size(); ++i) {
            if (value > largest_member)
                damaged("a number is too large");
            value = value << 8 | (static_cast<unsigned char>(field[i]) & (i == 0 ? 0x7Fu : 0xFFu));
        }
        return value;
    }
    for (char c : trim(text_of(field))) {
        if (c < '0' || c > '7' || value > largest_member)
            damaged("a field is not an octal number");
        value = value << 3 | static_cast<unsigned>(c - '0');
    }
    return value;
}

void check_sum(std::string_view block) {
    constexpr std::size_t at = 148, size = 8;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < block.size(); ++i)
        sum += i >= at && i < at + size ? ' ' : static_cast<unsigned char>(block[i]);
    if (number_of(block.substr(at, size)) != sum)
        damaged("the checksum of a header is wrong");
}

} // namespace

bool TarReader::fill(char *buffer, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        auto count = source_(buffer + done, size - done);
        if (count == 0 && done == 0)
            return false;
        if (count == 0)
            damaged("it ends unexpectedly");
        done += count;
    }
    return true;
}

std::size_t TarReader::read(char *buffer, std::size_t size) {
    if (left_ == 0 || size == 0)
        return 0;
    auto count = source_(buffer, static_cast<std::size_t>(std::min<std::uint64_t>(left_, size)));
    if (count == 0)
        damaged(fmt::format("it ends in {}", printable(current_.path)));
    left_ -= count;
    return count;
}

std::string TarReader::read_all(std::size_t limit) {
    if (left_ > limit)
        throw Error(fmt::format("{} in the archive is larger than {} bytes",
                                printable(current_.path), limit));
    std::string content(static_cast<std::size_t>(left_), '\0');
    for (std::size_t at = 0; at < content.size();)
        at += read(content.data() + at, content.size() - at);
    return content;
}

void TarReader::skip() {
    left_ += padding_;
    padding_ = 0;
    std::array<char, 1u << 16> buffer;
    while (left_ > 0)
        read(buffer.data(), buffer.size());
}

std::optional<TarEntry> TarReader::read_header() {
    std::array<char, tar_block> bytes;
    if (!fill(bytes.data(), bytes.size()))
        return std::nullopt;
    std::string_view block(bytes.data(), bytes.size());
    if (block.find_first_not_of('\0') == std::string_view::npos)
        return std::nullopt; // the end; the rest is padding
    check_sum(block);
    TarEntry entry{.path = std::string(text_of(block.substr(0, 100))),
                   .type = block[156] == '\0' ? '0' : block[156],
                   .size = number_of(block.substr(124, 12)),
                   .link_target = std::string(text_of(block.substr(157, 100)))};
    if (block.substr(257, 6) == std::string_view("ustar\0", 6))
        if (auto prefix = text_of(block.substr(345, 155)); !prefix.empty())
            entry.path = std::string(prefix) + "/" + entry.path;
    return entry;
}

// Records "LENGTH KEY=VALUE\n".
void TarReader::read_pax(Extra &extra) {
    auto text = read_all(longest_header);
    for (std::string_view rest = text; !rest.empty();) {
        auto blank = rest.find(' ');
        auto length = parse_integer(rest.substr(0, blank)).value_or(0);
        if (blank == rest.npos || length <= static_cast<long long>(blank) + 1 ||
            static_cast<std::size_t>(length) > rest.size())
            damaged("a pax header is malformed");
        auto record = rest.substr(blank + 1, static_cast<std::size_t>(length) - blank - 1);
        rest.remove_prefix(static_cast<std::size_t>(length));
        auto equals = record.find('=');
        if (equals == record.npos || record.back() != '\n')
            damaged("a pax header is malformed");
        std::string value(record.substr(equals + 1, record.size() - equals - 2));
        auto key = record.substr(0, equals);
        if (key == "path")
            extra.path = value;
        else if (key == "linkpath")
            extra.link_target = value;
        else if (key == "size") {
            auto size = parse_integer(value).value_or(-1);
            if (size < 0 || static_cast<std::uint64_t>(size) > largest_member)
                damaged("a pax header is malformed");
            extra.size = static_cast<std::uint64_t>(size);
        }
    }
}

std::optional<TarEntry> TarReader::next() {
    Extra extra;
    for (;;) {
        skip();
        auto entry = read_header();
        if (!entry)
            return std::nullopt;
        current_ = *entry;
        left_ = entry->type >= '1' && entry->type <= '6' ? 0 : entry->size; // links have none
        if (extra.size && entry->type != 'x' && entry->type != 'L' && entry->type != 'K')
            left_ = *extra.size;
        padding_ = tar_padding(left_);
        switch (entry->type) {
        case 'x':
            read_pax(extra);
            break;
        case 'g': // of all members: nothing that matters here
            break;
        case 'L':
            extra.path = std::string(text_of(read_all(longest_header)));
            break;
        case 'K':
            extra.link_target = std::string(text_of(read_all(longest_header)));
            break;
        default:
            current_.path = extra.path.value_or(current_.path);
            current_.link_target = extra.link_target.value_or(current_.link_target);
            current_.size = left_;
            return current_;
        }
    }
}

} // namespace berth
