// SPDX-License-Identifier: Apache-2.0
// Comma-separated values as Go's encoding/csv reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hclfunc {

class CsvRecords {
  public:
    explicit CsvRecords(std::string_view text) : rest_(text) {}

    // The next record; nothing at the end. Skips empty lines. Throws an Error with the line number.
    std::optional<std::vector<std::string>> next();
    // The line on which the last record began, from 1.
    std::size_t line() const { return record_line_; }

  private:
    bool read_line();
    std::string plain_field();
    std::string quoted_field();

    std::string_view rest_;
    std::string line_; // the rest of the current line, with its \n
    std::size_t number_ = 0;
    std::size_t record_line_ = 0;
    bool more_ = false; // a comma was read: another field follows
};

} // namespace berth::hclfunc
