// SPDX-License-Identifier: Apache-2.0
// Tar archives for tests: built from members with arbitrary fields, including hostile ones.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace berth::job {

struct TarMember {
    std::string path;
    char type =
        '0'; // of POSIX: 0 file, 1 hard link, 2 symlink, 3 character device, 5 directory ...
    std::string content = {};
    std::string target = {};
    unsigned mode = 0644;
    long long mtime = 1'000'000'000;
};

inline std::string tar_member(const TarMember &member) {
    std::array<char, 512> header{};
    auto put = [&](std::size_t at, std::size_t size, std::string_view text) {
        text.copy(header.data() + at, size);
    };
    auto octal = [&](std::size_t at, int digits, unsigned long long value) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%0*llo", digits, value);
        put(at, static_cast<std::size_t>(digits), text.data());
    };
    put(0, 100, member.path);
    octal(100, 7, member.mode);
    octal(108, 7, 12345);
    octal(116, 7, 12345);
    octal(124, 11, member.content.size());
    octal(136, 11, static_cast<unsigned long long>(member.mtime));
    header[156] = member.type;
    put(157, 100, member.target);
    put(257, 8, std::string_view("ustar\00000", 8));
    put(148, 8, "        ");
    unsigned sum = 0;
    for (unsigned char c : header)
        sum += c;
    octal(148, 6, sum);
    header[154] = '\0';
    std::string text(header.data(), header.size());
    text += member.content;
    text.resize((text.size() + 511) / 512 * 512);
    return text;
}

// A pax record that changes the path of the next member.
inline std::string pax_path(const std::string &path) {
    auto body = " path=" + path + "\n";
    auto size = body.size() + 1;
    while (std::to_string(size).size() + body.size() != size)
        ++size;
    return tar_member({.path = "pax", .type = 'x', .content = std::to_string(size) + body});
}

inline std::string tar(std::initializer_list<TarMember> members) {
    std::string text;
    for (const auto &member : members)
        text += tar_member(member);
    return text + std::string(1024, '\0');
}

// A source that returns at most `piece` bytes at a time.
inline std::function<std::size_t(char *, std::size_t)> reader(std::string text,
                                                              std::size_t piece = 100'000) {
    return [text = std::move(text), piece, at = std::size_t{0}](char *buffer,
                                                                std::size_t size) mutable {
        auto count = text.copy(buffer, std::min(size, piece), at);
        at += count;
        return count;
    };
}

} // namespace berth::job
