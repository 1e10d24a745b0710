// SPDX-License-Identifier: Apache-2.0
#include "make.hpp"
#include "timestamp.hpp"

#include <chrono>

namespace berth::hclfunc {

namespace {

// Adds the name of the argument to errors of the action.
template<class Action>
auto naming(std::size_t argument, Action action) {
    try {
        return action();
    } catch (const FunctionError &) {
        throw;
    } catch (const Error &error) {
        throw FunctionError(argument, error.what());
    }
}

Timestamp unix_time(const Value &value) {
    auto seconds = value.as_number().to_int64();
    if (!seconds)
        throw Error("unix timestamp must be an integer");
    Timestamp time;
    time.seconds = *seconds;
    return time;
}

Value formatted(const std::string &format, const std::string &time_text) {
    auto time = naming(1, [&] { return parse_timestamp(time_text); });
    return Value::string(naming(0, [&] { return format_date(format, time); }));
}

Value format_date_text(Arguments arguments, const Type &) {
    return formatted(arguments[0].as_string(), arguments[1].as_string());
}

Timestamp any_rfc3339(const std::string &text) {
    try {
        return parse_timestamp_leniently(text);
    } catch (const Error &) {
        throw FunctionError(1, "timestamp string must be RFC3339");
    }
}

Value format_any_time(Arguments arguments, const Type &) {
    const auto &format = arguments[0].as_string();
    const auto &time = arguments[1];
    bool in_seconds = format == "X";
    if (time.type().is_string()) {
        if (in_seconds)
            return Value::string(std::to_string(any_rfc3339(time.as_string()).seconds));
        return formatted(format, time.as_string());
    }
    if (!time.type().is_number())
        throw FunctionError(1, "must be a string timestamp or a unix timestamp number");
    auto moment = naming(1, [&] { return unix_time(time); });
    if (in_seconds)
        return Value::string(std::to_string(moment.seconds));
    return formatted(format, format_timestamp(moment));
}

std::string time_add(const std::string &time_text, const std::string &duration) {
    auto time = parse_timestamp(time_text);
    return format_timestamp(add(time, parse_duration(duration)));
}

Value now(Arguments, const Type &) {
    Timestamp time;
    time.seconds = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
    return Value::string(format_timestamp(time));
}

Value parts_of_time(Arguments arguments, const Type &) {
    auto moment = naming(0, [&] { return unix_time(arguments[0]); });
    auto time = moment.civil();
    auto week = iso_week(time);
    return Value::object({
        {"year", Value::number(time.year)},
        {"year_day", Value::number(std::int64_t{time.year_day})},
        {"day", Value::number(std::int64_t{time.day})},
        {"month", Value::number(std::int64_t{time.month})},
        {"month_name", Value::string(month_name(time.month))},
        {"weekday", Value::number(std::int64_t{time.weekday})},
        {"weekday_name", Value::string(weekday_name(time.weekday))},
        {"hour", Value::number(std::int64_t{time.hour})},
        {"minute", Value::number(std::int64_t{time.minute})},
        {"second", Value::number(std::int64_t{time.second})},
        {"rfc3339", Value::string(format_timestamp(moment))},
        {"iso_year", Value::number(week.year)},
        {"iso_week", Value::number(std::int64_t{week.week})},
    });
}

Type parts_type() {
    Type::Attributes attributes;
    for (const auto *name : {"year", "year_day", "day", "month", "weekday", "hour", "minute",
                             "second", "iso_year", "iso_week"})
        attributes.emplace(name, Type::number());
    for (const auto *name : {"month_name", "weekday_name", "rfc3339"})
        attributes.emplace(name, Type::string());
    return Type::object(std::move(attributes));
}

} // namespace

Functions date_functions() {
    return {
        {"formatdate", make({text("format"), text("time")}, Type::string(), format_date_text)},
        {"formattimestamp",
         make({text("format"), anything("time")}, Type::string(), format_any_time)},
        {"timeadd", text_function(time_add, "timestamp", "duration")},
        {"timestamp", make({}, Type::string(), now)},
        {"unixtimestampparse", make({number("unix_timestamp")}, parts_type(), parts_of_time)},
    };
}

} // namespace berth::hclfunc
