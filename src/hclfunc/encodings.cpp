// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/json_value.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/url_text.hpp"

#include "base64.hpp"
#include "csv_records.hpp"
#include "json_syntax.hpp"
#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

std::string decoded_text(const std::string &text) {
    auto bytes = strict_base64_decode(text);
    if (!bytes)
        throw FunctionError(fmt::format("failed to decode base64 data '{}'", text));
    if (!is_utf8(*bytes))
        throw FunctionError("the result of decoding the the provided string is not valid UTF-8");
    return *bytes;
}

Value json_encode(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    return Value::string(arguments[0].is_null() ? "null" : hcl::to_json(arguments[0]));
}

Type json_type(Arguments arguments) {
    if (!arguments[0].is_known())
        return Type::dynamic();
    check_json_syntax(arguments[0].as_string());
    return hcl::implied_json_type(arguments[0].as_string());
}

Value json_decode(Arguments arguments, const Type &result) {
    return hcl::from_json(arguments[0].as_string(), result);
}

std::vector<std::string> csv_header(CsvRecords &records) {
    auto header = records.next();
    if (!header)
        throw FunctionError("missing header line");
    return *header;
}

Type csv_type(Arguments arguments) {
    if (!arguments[0].is_known())
        return Type::dynamic();
    CsvRecords records(arguments[0].as_string());
    Type::Attributes columns;
    for (const auto &name : csv_header(records))
        if (!columns.emplace(hcl::normalized(name), Type::string()).second)
            throw FunctionError(fmt::format("duplicate column name {}", quoted(name)));
    return Type::list(Type::object(std::move(columns)));
}

Value csv_decode(Arguments arguments, const Type &result) {
    CsvRecords records(arguments[0].as_string());
    auto header = csv_header(records);
    Value::List rows;
    while (auto record = records.next()) {
        if (record->size() != header.size())
            throw FunctionError(
                fmt::format("CSV parse error on line {}: wrong number of fields", records.line()));
        Value::Map row;
        for (std::size_t at = 0; at < header.size(); ++at)
            row.emplace(hcl::normalized(header[at]), Value::string((*record)[at]));
        rows.push_back(Value::object(std::move(row)));
    }
    return list_of(std::move(rows), result.element());
}

} // namespace

Functions encoding_functions() {
    return {
        {"base64decode", text_function(decoded_text, "str")},
        {"base64encode", text_function(base64_encode, "str")},
        {"csvdecode", make({text("str")}, csv_type, csv_decode)},
        {"jsondecode", make({text("str")}, json_type, json_decode)},
        {"jsonencode",
         make({with_unknown(nullable(anything("val")))}, Type::string(), json_encode)},
        {"urlencode", text_function(query_escape, "str")},
    };
}

} // namespace berth::hclfunc
