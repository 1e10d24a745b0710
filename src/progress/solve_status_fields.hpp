// The fields of BuildKit's rawjson: their names, what they must be, and where in a SolveStatus they
// go.
#pragma once

#include "berth/progress/solve_status.hpp"

#include <span>
#include <string_view>
#include <variant>

namespace berth::progress {

// The objects that are read; everything else is skipped.
enum class Place { root, vertex, group, status, log, warning, source, range, start, end };

// What a field is, and where it goes: always into the last element of a list of the SolveStatus.
struct Text {
    std::string &(*to)(SolveStatus &);
};
struct Bytes { // base64
    std::string &(*to)(SolveStatus &);
};
struct Integer {
    std::int64_t &(*to)(SolveStatus &);
};
struct SmallInteger {
    int &(*to)(SolveStatus &);
};
struct Flag {
    bool &(*to)(SolveStatus &);
};
struct Moment {
    void (*set)(SolveStatus &, Time);
};
struct TextList {
    std::vector<std::string> &(*to)(SolveStatus &);
    bool base64;
};
struct Object {
    Place place;
};
struct ObjectList {
    Place place;
    void (*append)(SolveStatus &);
};
using Kind =
    std::variant<Text, Bytes, Integer, SmallInteger, Flag, Moment, TextList, Object, ObjectList>;

struct Field {
    std::string_view key;
    std::string_view path; // for messages
    Kind kind;
};

std::span<const Field> fields_of(Place place);
// For messages: "a string".
std::string_view expected(const Kind &kind);

} // namespace berth::progress
