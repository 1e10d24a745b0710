// SPDX-License-Identifier: Apache-2.0
// https://www.gnu.org/software/tar/manual/html_node/Standard.html
#include "berth/util/tar.hpp"

#include <string_view>
#include <sys/types.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif

namespace berth {
namespace {

struct Field {
    std::size_t offset;
    std::size_t size;
};
constexpr Field name{0, 100};
constexpr Field mode{100, 8};
constexpr Field uid{108, 8};
constexpr Field gid{116, 8};
constexpr Field size{124, 12};
constexpr Field mtime{136, 12};
constexpr Field checksum{148, 8};
constexpr Field type{156, 1};
constexpr Field link_name{157, 100};
constexpr Field magic{257, 8};
constexpr Field device_major{329, 8};
constexpr Field device_minor{337, 8};

// One block at the end of a stream.
class Block {
  public:
    explicit Block(std::string &stream) : stream_(stream), start_(stream.size()) {
        stream_.append(tar_block, '\0');
        put(magic, std::string_view("ustar  \0", 8));
        put_number(uid, 0);
        put_number(gid, 0);
    }

    void put(Field field, std::string_view text) {
        text.copy(stream_.data() + start_ + field.offset, field.size);
    }

    // Octal digits and a NUL; base 256 with the highest bit set when that is too short.
    void put_number(Field field, std::int64_t value) {
        char *digits = stream_.data() + start_ + field.offset;
        auto bits = 3 * (field.size - 1);
        if (value >= 0 && value < std::int64_t{1} << bits) {
            digits[field.size - 1] = '\0';
            for (auto i = field.size - 1; i-- > 0; value >>= 3)
                digits[i] = static_cast<char>('0' + (value & 7));
            return;
        }
        for (auto i = field.size; i-- > 0; value >>= 8)
            digits[i] = static_cast<char>(value & 0xFF);
        digits[0] = static_cast<char>(digits[0] | 0x80);
    }

    void finish() {
        put(checksum, "        ");
        std::int64_t sum = 0;
        for (auto i = start_; i < start_ + tar_block; ++i)
            sum += static_cast<unsigned char>(stream_[i]);
        put_number({checksum.offset, checksum.size - 1}, sum); // "123456\0 "
    }

  private:
    std::string &stream_;
    std::size_t start_;
};

// A name too long for its field goes before the header as a member of its own.
void append_long(std::string &stream, char kind, std::string_view text) {
    if (text.size() < name.size)
        return;
    Block block(stream);
    block.put(name, "././@LongLink");
    block.put_number(mode, 0);
    block.put_number(size, static_cast<std::int64_t>(text.size() + 1));
    block.put_number(mtime, 0);
    block.put(type, {&kind, 1});
    block.finish();
    stream += text;
    stream.append(1 + tar_padding(text.size() + 1), '\0');
}

} // namespace

std::int64_t floor_seconds(std::int64_t nanoseconds) {
    constexpr std::int64_t second = 1'000'000'000;
    return nanoseconds / second - (nanoseconds % second < 0);
}

void append_tar_header(std::string &stream, const TarMember &member) {
    std::string path(member.path);
    if (member.type == TarMember::directory)
        path += '/';
    append_long(stream, 'K', member.link_target);
    append_long(stream, 'L', path);
    Block block(stream);
    block.put(name, path);
    block.put_number(mode, member.mode);
    block.put_number(size,
                     static_cast<std::int64_t>(member.type == TarMember::file ? member.size : 0));
    block.put_number(mtime, member.mtime);
    block.put(type, {&member.type, 1});
    block.put(link_name, member.link_target);
    if (member.type == TarMember::character || member.type == TarMember::block) {
        block.put_number(device_major, major(member.device));
        block.put_number(device_minor, minor(member.device));
    }
    block.finish();
}

void append_tar_end(std::string &stream) {
    stream.append(2 * tar_block, '\0');
}

} // namespace berth
