// Reads a line of rawjson with a streaming parser: a build's log comes through here by the
// gigabyte, so nothing is built in between and strings are moved, not copied. What is skipped costs
// no memory, however deep it nests.
#include "berth/progress/solve_status.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "solve_status_fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <utility>
#include <variant>

namespace berth::progress {

namespace {

// Base64 of logs is nearly all that comes, and a parser has nothing to look for in it: where it is
// long it is taken out of the line first, and its number stands there.
struct LongData {
    explicit LongData(std::string_view line) {
        constexpr std::string_view key = "\"data\":\""; // in a string it would have backslashes
        constexpr std::size_t worth_it = 1000;
        std::size_t copied = 0;
        for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at)) {
            at += key.size();
            auto end = line.find('"', at);
            if (end == std::string_view::npos)
                break;
            auto data = line.substr(at, end - at);
            if (data.size() >= worth_it && data.find('\\') == std::string_view::npos) {
                rest.append(line.substr(copied, at - copied));
                rest.append(mark).append(std::to_string(parts.size()));
                parts.push_back(data);
                copied = end;
            }
            at = end;
        }
        rest.append(line.substr(copied));
    }
    // What that number stands for; else the text itself.
    std::string_view find(std::string_view text) const {
        if (!text.starts_with(mark))
            return text;
        auto number = parse_integer(text.substr(mark.size()));
        return number && *number >= 0 && static_cast<std::size_t>(*number) < parts.size()
                   ? parts[static_cast<std::size_t>(*number)]
                   : text;
    }

    static constexpr std::string_view mark = "\x7f"; // not in base64
    std::string rest;
    std::vector<std::string_view> parts;
};

// The events of nlohmann's SAX parser. A true returned goes on; errors are thrown.
class Reader : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Reader(const LongData &data) : data_(data) {}
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
        if (auto *list_field = skipped_ == 0 ? list_ : nullptr) {
            auto &list = get<TextList>(*list_field);
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
        fail(field, std::is_same_v<Wanted, Object>     ? "an object"
                    : std::is_same_v<Wanted, TextList> ? "a string"
                                                       : "true or false");
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

    std::string decode(const Field &field, std::string_view text) const {
        auto base64 = data_.find(text);
        auto bytes = base64_decode(base64);
        if (!bytes)
            fail(field, base64);
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

    const LongData &data_;
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
    LongData data(line);
    Reader reader(data);
    if (!nlohmann::json::sax_parse(data.rest, &reader))
        return std::nullopt;
    return std::move(reader.status);
}

} // namespace berth::progress
