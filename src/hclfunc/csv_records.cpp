// SPDX-License-Identifier: Apache-2.0
#include "csv_records.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

Error csv_error(std::size_t line, std::string_view what) {
    return Error(fmt::format("CSV parse error on line {}: {}", line, what));
}

constexpr std::string_view bad_quote = "extraneous or missing \" in quoted-field";

} // namespace

bool CsvRecords::read_line() {
    if (rest_.empty())
        return false;
    auto end = rest_.find('\n');
    auto size = end == std::string_view::npos ? rest_.size() : end + 1;
    line_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    ++number_;
    if (line_.ends_with("\r\n"))
        line_.replace(line_.size() - 2, 2, "\n");
    else if (line_.back() == '\r') // the last line
        line_.pop_back();
    return true;
}

std::optional<std::vector<std::string>> CsvRecords::next() {
    do {
        if (!read_line())
            return std::nullopt;
    } while (line_ == "\n");
    record_line_ = number_;
    std::vector<std::string> fields;
    do {
        more_ = false;
        fields.push_back(line_.starts_with('"') ? quoted_field() : plain_field());
    } while (more_);
    return fields;
}

std::string CsvRecords::plain_field() {
    auto comma = line_.find(',');
    more_ = comma != std::string::npos;
    auto field = line_.substr(0, more_ ? comma : line_.find('\n'));
    if (field.find('"') != std::string::npos)
        throw csv_error(number_, "bare \" in non-quoted-field");
    line_.erase(0, more_ ? comma + 1 : line_.size());
    return field;
}

std::string CsvRecords::quoted_field() {
    std::string field;
    line_.erase(0, 1);
    for (;;) {
        auto quote = line_.find('"');
        field += line_.substr(0, quote);
        if (quote == std::string::npos) {
            if (!read_line())
                throw csv_error(number_, bad_quote);
            continue;
        }
        line_.erase(0, quote + 1);
        if (line_.empty() || line_ == "\n")
            return field;
        if (line_.front() != '"' && line_.front() != ',')
            throw csv_error(number_, bad_quote);
        more_ = line_.front() == ',';
        line_.erase(0, 1);
        if (more_)
            return field;
        field += '"';
    }
}

} // namespace berth::hclfunc
