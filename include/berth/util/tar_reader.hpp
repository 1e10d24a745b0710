// SPDX-License-Identifier: Apache-2.0
// Reads a tar stream member by member: POSIX ustar and pax, and GNU tar's long names. The archive
// may be hostile: every field is checked, and nothing is followed or created here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace berth {

struct TarEntry {
    std::string path;        // unchanged from the archive: may be absolute or lead upwards
    char type = '0';         // as in TarMember (tar.hpp)
    std::uint64_t size = 0;  // of the content, in bytes
    std::string link_target; // of links
};

class TarReader {
  public:
    // Fills the buffer and returns the number of bytes; 0 at the end. May throw.
    using Source = std::function<std::size_t(char *buffer, std::size_t size)>;
    explicit TarReader(Source source) : source_(std::move(source)) {}

    // The next member; skips unread content of the previous one. Nothing at the end. Throws Error
    // for a damaged archive.
    std::optional<TarEntry> next();
    // Reads a piece of the member's content; 0 at its end.
    std::size_t read(char *buffer, std::size_t size);
    // The whole content; throws Error if it is larger than `limit` bytes.
    std::string read_all(std::size_t limit);

  private:
    // Fields from pax or GNU headers for the next member.
    struct Extra {
        std::optional<std::string> path, link_target;
        std::optional<std::uint64_t> size;
    };
    bool fill(char *buffer, std::size_t size); // false at the end of the stream
    void skip();
    void read_pax(Extra &extra);
    std::optional<TarEntry> read_header();

    Source source_;
    TarEntry current_;
    std::uint64_t left_ = 0, padding_ = 0;
};

} // namespace berth
