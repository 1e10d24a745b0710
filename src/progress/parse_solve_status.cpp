// Reads a line of rawjson with a streaming parser: a build's log comes through here by the
// gigabyte, so nothing is built in between and strings are moved, not copied. What is skipped costs
// no memory, however deep it nests.
#include "berth/progress/solve_status.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <limits>
#include <span>
#include <variant>

namespace berth::progress {

namespace {

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

using S = SolveStatus;
constexpr Field root_fields[] = {
    {"vertexes", "vertexes", ObjectList{Place::vertex, [](S &s) { s.vertexes.emplace_back(); }}},
    {"statuses", "statuses", ObjectList{Place::status, [](S &s) { s.statuses.emplace_back(); }}},
    {"logs", "logs", ObjectList{Place::log, [](S &s) { s.logs.emplace_back(); }}},
    {"warnings", "warnings", ObjectList{Place::warning, [](S &s) { s.warnings.emplace_back(); }}},
};
constexpr Field vertex_fields[] = {
    {"digest", "vertexes.digest", Text{[](S & s) -> auto &{return s.vertexes.back().digest;
} // namespace
} // namespace berth::progress
}
, {"inputs", "vertexes.inputs", TextList{[](S & s) -> auto &{return s.vertexes.back().inputs;
}
, false
}
}
, {"name", "vertexes.name", Text{[](S & s) -> auto &{return s.vertexes.back().name;
}
}
}
,
    {"started", "vertexes.started",
     Moment{[](S &s, Time time) { s.vertexes.back().started = time; }}},
    {"completed", "vertexes.completed",
     Moment{[](S &s, Time time) { s.vertexes.back().completed = time; }}},
    {"cached", "vertexes.cached", Flag{[](S & s) -> auto &{return s.vertexes.back().cached;
}
}
}
, {"error", "vertexes.error", Text{[](S & s) -> auto &{return s.vertexes.back().error;
}
}
}
, {"progressGroup", "vertexes.progressGroup", Object{Place::group}},
}
;
constexpr Field group_fields[] = {{"id", "vertexes.progressGroup.id",
                                   Text{[](S & s) -> auto &{return s.vertexes.back().progress_group;
}
}
}
, {"name", "vertexes.progressGroup.name",
   Text{[](S & s) -> auto &{return s.vertexes.back().progress_group_name;
}
}
}
, {"weak", "vertexes.progressGroup.weak",
   Flag{[](S & s) -> auto &{return s.vertexes.back().weak_group;
}
}
}
,
}
;
constexpr Field status_fields[] = {
    {"id", "statuses.id", Text{[](S & s) -> auto &{return s.statuses.back().id;
}
}
}
, {"vertex", "statuses.vertex", Text{[](S & s) -> auto &{return s.statuses.back().vertex;
}
}
}
, {"name", "statuses.name", Text{[](S & s) -> auto &{return s.statuses.back().name;
}
}
}
, {"current", "statuses.current", Integer{[](S & s) -> auto &{return s.statuses.back().current;
}
}
}
, {"total", "statuses.total", Integer{[](S & s) -> auto &{return s.statuses.back().total;
}
}
}
,
    {"timestamp", "statuses.timestamp",
     Moment{[](S &s, Time time) { s.statuses.back().timestamp = time; }}},
    {"started", "statuses.started",
     Moment{[](S &s, Time time) { s.statuses.back().started = time; }}},
    {"completed", "statuses.completed",
     Moment{[](S &s, Time time) { s.statuses.back().completed = time; }}},
}
;
constexpr Field log_fields[] = {
    {"data", "logs.data", Bytes{[](S & s) -> auto &{return s.logs.back().data;
}
}
}
, {"vertex", "logs.vertex", Text{[](S & s) -> auto &{return s.logs.back().vertex;
}
}
}
, {"stream", "logs.stream", SmallInteger{[](S & s) -> auto &{return s.logs.back().stream;
}
}
}
, {"timestamp", "logs.timestamp", Moment{[](S &s, Time time) { s.logs.back().timestamp = time; }}},
}
;
constexpr Field warning_fields[] = {
    {"vertex", "warnings.vertex", Text{[](S & s) -> auto &{return s.warnings.back().vertex;
}
}
}
, {"level", "warnings.level", SmallInteger{[](S & s) -> auto &{return s.warnings.back().level;
}
}
}
, {"short", "warnings.short", Bytes{[](S & s) -> auto &{return s.warnings.back().summary;
}
}
}
, {"detail", "warnings.detail", TextList{[](S & s) -> auto &{return s.warnings.back().detail;
}
, true
}
}
, {"url", "warnings.url", Text{[](S & s) -> auto &{return s.warnings.back().url;
}
}
}
, {"sourceInfo", "warnings.sourceInfo", Object{Place::source}},
    {"range", "warnings.range",
     ObjectList{Place::range, [](S &s) { s.warnings.back().ranges.emplace_back(); }}},
}
;
constexpr Field source_fields[] = {{"filename", "warnings.sourceInfo.filename",
                                    Text{[](S & s) -> auto &{return s.warnings.back().file_name;
}
}
}
, {"data", "warnings.sourceInfo.data", Bytes{[](S & s) -> auto &{return s.warnings.back().file_data;
}
}
}
,
}
;
constexpr Field range_fields[] = {
    {"start", "warnings.range.start", Object{Place::start}},
    {"end", "warnings.range.end", Object{Place::end}},
};
constexpr Field start_fields[] = {
    {"line", "warnings.range.start.line",
     SmallInteger{[](S & s) -> auto &{return s.warnings.back().ranges.back().start_line;
}
}
}
,
}
;
constexpr Field end_fields[] = {
    {"line", "warnings.range.end.line",
     SmallInteger{[](S & s) -> auto &{return s.warnings.back().ranges.back().end_line;
}
}
}
,
}
;

std::span<const Field> fields_of(Place place) {
    switch (place) {
    case Place::root:
        return root_fields;
    case Place::vertex:
        return vertex_fields;
    case Place::group:
        return group_fields;
    case Place::status:
        return status_fields;
    case Place::log:
        return log_fields;
    case Place::warning:
        return warning_fields;
    case Place::source:
        return source_fields;
    case Place::range:
        return range_fields;
    case Place::start:
        return start_fields;
    case Place::end:
        return end_fields;
    }
    return {};
}

constexpr std::string_view expected(const Kind &kind) {
    constexpr std::string_view names[] = {
        "a string", "a base64 string",   "a whole number", "a whole number",   "true or false",
        "a time",   "a list of strings", "an object",      "a list of objects"};
    static_assert(std::size(names) == std::variant_size_v<Kind>);
    return names[kind.index()];
}

// The events of nlohmann's SAX parser. A true returned goes on; errors are thrown.
class Reader : public nlohmann::json_sax<nlohmann::json> {
  public:
    SolveStatus status;

    bool null() override {
        field_after_value(); // as good as missing
        return true;
    }

    bool boolean(bool value) override {
        if (auto *field = field_of_value())
            get<Flag>(*field).to(status) = value;
        return true;
    }

    bool number_integer(number_integer_t value) override {
        if (auto *field = field_of_value())
            set_integer(*field, value);
        return true;
    }

    bool number_unsigned(number_unsigned_t value) override {
        if (auto *field = field_of_value()) {
            if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
                fail(*field, std::to_string(value));
            set_integer(*field, static_cast<std::int64_t>(value));
        }
        return true;
    }

    bool number_float(number_float_t, const string_t &text) override {
        if (auto *field = field_of_value())
            fail(*field, text);
        return true;
    }

    bool string(string_t &value) override {
        if (list_) {
            auto &list = std::get<TextList>(list_->kind);
            list.to(status).push_back(list.base64 ? decode(*list_, value) : std::move(value));
            return true;
        }
        auto *field = field_of_value();
        if (!field)
            return true;
        if (auto *text = std::get_if<Text>(&field->kind))
            text->to(status) = std::move(value);
        else if (auto *bytes = std::get_if<Bytes>(&field->kind))
            bytes->to(status) = decode(*field, value);
        else if (auto *moment = std::get_if<Moment>(&field->kind))
            set_time(*field, *moment, value);
        else
            fail(*field, value);
        return true;
    }

    bool binary(binary_t &) override { return true; } // not in JSON

    bool start_object(std::size_t) override {
        if (skipped_ > 0) {
            ++skipped_;
        } else if (places_.empty()) {
            places_.push_back(Place::root);
        } else if (list_ && std::holds_alternative<ObjectList>(list_->kind)) {
            auto &list = std::get<ObjectList>(list_->kind);
            list.append(status);
            open(list.place);
        } else if (auto *field = field_of_value()) {
            open(get<Object>(*field).place);
        } else {
            skipped_ = 1;
        }
        return true;
    }

    bool end_object() override {
        if (skipped_ > 0) {
            --skipped_;
            return true;
        }
        places_.pop_back();
        if (!lists_.empty()) {
            list_ = lists_.back();
            lists_.pop_back();
        }
        return true;
    }

    bool start_array(std::size_t) override {
        if (skipped_ > 0) {
            ++skipped_;
        } else if (places_.empty()) {
            return false; // the line is a list: no SolveStatus
        } else if (auto *field = field_of_value()) {
            if (!std::holds_alternative<TextList>(field->kind) &&
                !std::holds_alternative<ObjectList>(field->kind))
                fail(*field, "a list");
            list_ = field;
        } else {
            skipped_ = 1;
        }
        return true;
    }

    bool end_array() override {
        if (skipped_ > 0)
            --skipped_;
        else
            list_ = nullptr;
        return true;
    }

    bool key(string_t &name) override {
        field_ = nullptr;
        if (skipped_ > 0)
            return true;
        for (auto &field : fields_of(places_.back()))
            if (field.key == name) {
                field_ = &field;
                break;
            }
        return true;
    }

    bool parse_error(std::size_t, const std::string &,
                     const nlohmann::detail::exception &) override {
        return false;
    }

  private:
    // The field that a value which just came is of; nothing when it is to be skipped.
    const Field *field_of_value() {
        if (skipped_ == 0 && list_)
            fail(*list_, "an element of another kind");
        return field_after_value();
    }

    const Field *field_after_value() {
        return skipped_ == 0 && !list_ ? std::exchange(field_, nullptr) : nullptr;
    }

    void open(Place place) {
        places_.push_back(place);
        lists_.push_back(std::exchange(list_, nullptr));
    }

    template<typename Wanted>
    const Wanted &get(const Field &field) {
        if (auto *wanted = std::get_if<Wanted>(&field.kind))
            return *wanted;
        fail(field, std::is_same_v<Wanted, Object> ? "an object" : "true or false");
    }

    void set_integer(const Field &field, std::int64_t value) {
        if (auto *integer = std::get_if<Integer>(&field.kind)) {
            integer->to(status) = value;
        } else if (auto *small = std::get_if<SmallInteger>(&field.kind)) {
            if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max())
                fail(field, std::to_string(value));
            small->to(status) = static_cast<int>(value);
        } else {
            fail(field, std::to_string(value));
        }
    }

    void set_time(const Field &field, const Moment &moment, const std::string &value) {
        if (auto time = parse_rfc3339(value))
            moment.set(status, *time);
        else if (!value.starts_with("0001-")) // Go's zero time: not set
            fail(field, value);
    }

    static std::string decode(const Field &field, const std::string &text) {
        auto bytes = base64_decode(text);
        if (!bytes)
            fail(field, text);
        return std::move(*bytes);
    }

    [[noreturn]] static void fail(const Field &field, std::string_view value) {
        auto shown = printable(value.substr(0, 60)) + (value.size() > 60 ? "…" : "");
        throw Error(fmt::format("progress from buildctl: {}: '{}' is not {}", field.path, shown,
                                expected(field.kind)),
                    ExitCode::failure,
                    "the builder's BuildKit may be of another kind than berth knows; "
                    "`berth inspect` shows its version");
    }

    std::vector<Place> places_;        // the objects we are in
    std::vector<const Field *> lists_; // the list around each of them but the first, or null
    const Field *list_ = nullptr;      // the list we are directly in
    const Field *field_ = nullptr;     // of the last key
    std::size_t skipped_ = 0;          // how deep inside of what is skipped
};

} // namespace

std::optional<SolveStatus> parse_solve_status(std::string_view line) {
    // Text that is no JSON is common at the end of a failed build: no parser for that.
    if (!trim(line).starts_with('{'))
        return std::nullopt;
    Reader reader;
    if (!nlohmann::json::sax_parse(line.begin(), line.end(), &reader))
        return std::nullopt;
    return std::move(reader.status);
}

} // namespace berth::progress
