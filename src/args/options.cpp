// SPDX-License-Identifier: Apache-2.0
#include "berth/args/options.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

namespace berth::args {

Option &add_repeated(Command &command, const std::string &names, std::vector<std::string> &values,
                     const std::string &description) {
    auto &option = command.add_option(
        names, description, [&values](const std::string &text) { values.push_back(text); });
    option.repeats = true;
    return option;
}

Option &add_list(Command &command, const std::string &names, std::vector<std::string> &values,
                 const std::string &description) {
    auto &option = command.add_option(names, description, [&values](const std::string &text) {
        for (auto &field : parse_csv_line(text))
            values.push_back(std::move(field));
    });
    option.repeats = true;
    return option;
}

Option &add_value(Command &command, const std::string &names, std::string &value,
                  const std::string &description) {
    return command.add_option(names, description,
                              [&value](const std::string &text) { value = text; });
}

Option &add_switch(Command &command, const std::string &names, bool &value,
                   const std::string &description) {
    auto &option = command.add_option(names, description, [&value](const std::string &text) {
        auto parsed = parse_bool(text);
        if (!parsed)
            throw usage_error(
                fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", printable(text)),
                "write true or false, or leave the value out");
        value = *parsed;
    });
    option.implied = "true";
    return option;
}

Option &add_size(Command &command, const std::string &names, std::int64_t &bytes,
                 const std::string &description) {
    return command.add_option(names, description, [&bytes](const std::string &text) {
        auto parsed = parse_bytes(text);
        if (!parsed)
            throw usage_error(fmt::format("invalid size: '{}'", printable(text)),
                              "write a number with an optional unit, for example 512m");
        bytes = *parsed;
    });
}

namespace {

std::chrono::nanoseconds read_duration(const std::string &text) {
    auto parsed = parse_duration(text);
    if (!parsed)
        throw usage_error(fmt::format("time: invalid duration \"{}\"", printable(text)),
                          "write a number with a unit, for example 30s or 2m");
    return *parsed;
}

} // namespace

Option &add_duration(Command &command, const std::string &names, std::chrono::nanoseconds &duration,
                     const std::string &description) {
    return command.add_option(names, description, [&duration](const std::string &text) {
        duration = read_duration(text);
    });
}

Option &add_duration(Command &command, const std::string &names,
                     std::optional<std::chrono::nanoseconds> &duration,
                     const std::string &description) {
    return command.add_option(names, description, [&duration](const std::string &text) {
        duration = read_duration(text);
    });
}

} // namespace berth::args
