// SPDX-License-Identifier: Apache-2.0
#include "header_block.hpp"

#include "berth/util/strings.hpp"

#include "frame_bytes.hpp"
#include "hpack_huffman.hpp"

#include <algorithm>
#include <cstdint>

namespace berth::buildkit {
namespace {

constexpr std::size_t frame_size = 16u << 10;
constexpr std::size_t table_size = 4096; // HPACK's default, which berth never raises
constexpr std::string_view placeholder_mark = "berth-large-value-";
constexpr std::size_t priority_size = 5;

// Removes and returns the front of `bytes`; nothing if they are too short.
std::optional<std::string_view> take(std::string_view &bytes, std::size_t size) {
    if (size > bytes.size())
        return std::nullopt;
    auto taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
}

// An integer of HPACK with `bits` bits in its first byte. `bytes` must not be empty.
std::optional<std::size_t> take_number(std::string_view &bytes, unsigned bits) {
    constexpr unsigned most = 28;
    const std::size_t mask = (1U << bits) - 1;
    std::size_t value = byte_at(bytes, 0) & mask;
    bytes.remove_prefix(1);
    if (value < mask)
        return value;
    for (unsigned shift = 0; shift <= most && !bytes.empty(); shift += 7) {
        auto next = byte_at(bytes, 0);
        bytes.remove_prefix(1);
        value += std::size_t(next & 0x7fU) << shift;
        if (next < 0x80)
            return value;
    }
    return std::nullopt;
}

std::string number(std::size_t value, unsigned bits, unsigned first) {
    const std::size_t mask = (1U << bits) - 1;
    if (value < mask)
        return {static_cast<char>(first | value)};
    std::string bytes{static_cast<char>(first | mask)};
    for (value -= mask; value >= 0x80; value >>= 7)
        bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}

struct HpackString {
    bool huffman = false;
    std::string_view bytes;
};

std::optional<HpackString> take_string(std::string_view &block) {
    if (block.empty())
        return std::nullopt;
    bool huffman = (byte_at(block, 0) & 0x80U) != 0;
    auto size = take_number(block, 7);
    auto bytes = size ? take(block, *size) : std::nullopt;
    return bytes ? std::optional(HpackString{huffman, *bytes}) : std::nullopt;
}

// Copies one header, or a change of the table's size, from `block` to `result`.
bool copy_one(std::string_view &block, std::string &result, std::vector<std::string> &values) {
    auto whole = block;
    auto first = byte_at(block, 0);
    bool indexed = (first & 0x80U) != 0, incremental = (first & 0xc0U) == 0x40U;
    bool resize = (first & 0xe0U) == 0x20U;
    unsigned bits = indexed ? 7 : incremental ? 6 : resize ? 5 : 4;
    auto index = take_number(block, bits);
    bool has_name = !indexed && !resize && index == 0u;
    if (!index || (has_name && !take_string(block)))
        return false;
    auto before_value = whole.substr(0, whole.size() - block.size());
    auto value = indexed || resize ? HpackString{} : take_string(block);
    if (!value)
        return false;
    if (value->bytes.size() <= largest_value) {
        result += whole.substr(0, whole.size() - block.size());
        return true;
    }
    auto text = value->huffman ? decode_huffman(value->bytes) : std::string(value->bytes);
    if (!text)
        return false;
    auto stand_in = placeholder(values.size());
    values.push_back(std::move(*text));
    result += before_value;
    result += number(stand_in.size(), 7, 0) + stand_in;
    return true;
}

// The payload of the frames.
std::optional<std::string> block_of(std::string_view frames) {
    std::string block;
    while (!frames.empty()) {
        auto head = take(frames, frame_head_size);
        auto payload = head ? take(frames, payload_size(*head)) : std::nullopt;
        if (!payload)
            return std::nullopt;
        bool continues = byte_at(*head, 3) == type_continuation;
        auto flags = continues ? 0U : byte_at(*head, 4);
        if ((flags & flag_padded) != 0) {
            auto padding = take(*payload, 1);
            if (!padding || byte_at(*padding, 0) > payload->size())
                return std::nullopt;
            payload->remove_suffix(byte_at(*padding, 0));
        }
        if ((flags & flag_priority) != 0 && !take(*payload, priority_size))
            return std::nullopt;
        block += *payload;
    }
    return block;
}

// Splits a block into frames with the flags of the first one.
std::string in_frames(std::string_view first_head, std::string_view block) {
    std::string frames;
    do {
        auto part = block.substr(0, frame_size);
        block.remove_prefix(part.size());
        std::string head(first_head);
        auto flags = byte_at(head, 4) & ~(flag_padded | flag_priority | flag_end_headers);
        if (!frames.empty()) {
            head[3] = static_cast<char>(type_continuation);
            flags = 0;
        }
        if (block.empty())
            flags |= flag_end_headers;
        for (int i = 0; i < 3; ++i)
            head[static_cast<std::size_t>(i)] = static_cast<char>(part.size() >> (16 - 8 * i));
        head[4] = static_cast<char>(flags);
        frames += head;
        frames += part;
    } while (!block.empty());
    return frames;
}

} // namespace

std::string placeholder(std::size_t i) {
    return std::string(placeholder_mark) + std::to_string(i) + std::string(table_size, '-');
}

std::optional<std::size_t> placeholder_index(std::string_view value) {
    if (!value.starts_with(placeholder_mark))
        return std::nullopt;
    value.remove_prefix(placeholder_mark.size());
    auto index = parse_integer(value.substr(0, value.find('-')));
    return index && *index >= 0 ? std::optional<std::size_t>(*index) : std::nullopt;
}

std::optional<std::string> replace_large_values(std::string_view frames,
                                                std::vector<std::string> &values) {
    auto block = block_of(frames);
    if (!block || frames.size() < frame_head_size)
        return std::nullopt;
    std::string_view left = *block;
    std::string result;
    while (!left.empty())
        if (!copy_one(left, result, values))
            return std::nullopt;
    if (values.empty())
        return std::nullopt;
    return in_frames(frames.substr(0, frame_head_size), result);
}

} // namespace berth::buildkit
