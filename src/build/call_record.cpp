#include "berth/build/call_record.hpp"

#include "berth/util/error.hpp"

#include "call_script.hpp" // made from call.sh

#include <cstdint>
#include <iterator>
#include <optional>

namespace berth::build {

namespace {

std::size_t big_endian(std::string_view bytes) {
    std::size_t value = 0;
    for (auto byte : bytes)
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

// The next `size` bytes, taken off; nothing when there are fewer.
std::optional<std::string_view> take(std::string_view &bytes, std::size_t size) {
    if (size > bytes.size())
        return std::nullopt;
    auto taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
}

// The data of each stream, in the order in which it came.
std::map<std::size_t, std::string> read_streams(std::string_view record) {
    constexpr std::size_t header_size = 9, data = 0, padded = 0x8;
    std::map<std::size_t, std::string> streams;
    while (auto header = take(record, header_size)) {
        auto payload = take(record, big_endian(header->substr(0, 3)));
        if (!payload)
            break;
        if ((*header)[3] != data)
            continue;
        if ((static_cast<unsigned char>((*header)[4]) & padded) != 0) {
            auto padding = take(*payload, 1);
            if (!padding || big_endian(*padding) > payload->size())
                break;
            payload->remove_suffix(big_endian(*padding));
        }
        streams[big_endian(header->substr(5))] += *payload;
    }
    return streams;
}

std::optional<std::uint64_t> take_number(std::string_view &bytes) {
    constexpr unsigned most = 63;
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift <= most; shift += 7) {
        auto byte = take(bytes, 1);
        if (!byte)
            return std::nullopt;
        auto bits = static_cast<unsigned char>(byte->front());
        value |= static_cast<std::uint64_t>(bits & 0x7fU) << shift;
        if (bits < 0x80)
            return value;
    }
    return std::nullopt;
}

// One field of a message of protocol buffers.
struct Field {
    std::uint64_t number;
    std::string_view bytes; // of a string, bytes or a message; of a number nothing
};

// The next field, taken off; nothing when what is left is none.
std::optional<Field> take_field(std::string_view &message) {
    enum : std::uint64_t { varint, fixed64, length_delimited, fixed32 = 5 };
    auto key = take_number(message);
    if (!key)
        return std::nullopt;
    Field field{.number = *key >> 3, .bytes = {}};
    switch (*key & 7) {
    case varint:
        return take_number(message) ? std::optional(field) : std::nullopt;
    case fixed64:
        return take(message, 8) ? std::optional(field) : std::nullopt;
    case fixed32:
        return take(message, 4) ? std::optional(field) : std::nullopt;
    case length_delimited:
        if (auto size = take_number(message))
            if (auto bytes = take(message, *size)) {
                field.bytes = *bytes;
                return field;
            }
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

// The fields of that number. Nothing when the bytes are no message.
std::vector<std::string_view> fields(std::string_view message, std::uint64_t number) {
    std::vector<std::string_view> found;
    while (!message.empty()) {
        auto field = take_field(message);
        if (!field)
            return {};
        if (field->number == number)
            found.push_back(field->bytes);
    }
    return found;
}

// Of a SolveResponse; empty when it is another message.
CallAnswer read_solve_response(std::string_view message) {
    constexpr std::uint64_t result = 3, metadata = 10, key = 1, value = 2;
    CallAnswer answer;
    for (auto bytes : fields(message, result))
        for (auto entry : fields(bytes, metadata)) {
            auto keys = fields(entry, key), values = fields(entry, value);
            if (!keys.empty())
                answer[std::string(keys.back())] = values.empty() ? "" : values.back();
        }
    return answer;
}

bool is_answer(const CallAnswer &answer) {
    return answer.contains("result.json") || answer.contains("result.txt");
}

} // namespace

std::vector<std::string> recorded(std::vector<std::string> buildctl) {
    std::vector<std::string> words = {"sh", "-c", call_script, "berth-call"};
    words.insert(words.end(), std::make_move_iterator(buildctl.begin()),
                 std::make_move_iterator(buildctl.end()));
    return words;
}

CallAnswer read_call_record(std::string_view record) {
    constexpr std::size_t prefix = 5; // whether it is compressed, and its size
    for (const auto &[id, stream] : read_streams(record)) {
        std::string_view rest = stream;
        while (auto header = take(rest, prefix)) {
            auto message = take(rest, big_endian(header->substr(1)));
            if (!message)
                break;
            if (auto answer = read_solve_response(*message); is_answer(answer))
                return answer;
        }
    }
    throw Error("failed to build: BuildKit sent no answer to --call that berth can read",
                ExitCode::failure, "`berth --debug build …` shows the command");
}

} // namespace berth::build
