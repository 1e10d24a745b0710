// SPDX-License-Identifier: Apache-2.0
// `--format` of commands that print rows, as docker's formatter has it.
#pragma once

#include "berth/util/go_template.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace berth::cli {

class RowFormat {
  public:
    // TEMPLATE for each row, or `table TEMPLATE` for columns below titles; \t and \n may be written
    // as such. Throws a usage error when it is no template; `others` are the words the command
    // takes besides, for the hint.
    RowFormat(const std::string &text, const std::string &others);

    bool is_table() const { return table_; }

    struct Row {
        nlohmann::json fields;
        nlohmann::json dot = nullptr; // what `.` is on its own; null: the fields
    };
    // `titles`: for each field that of its column. `maps`: see GoTemplate.
    void print(std::ostream &out, const nlohmann::json &titles, const std::vector<Row> &rows,
               const std::set<std::string> &maps = {}) const;

  private:
    bool table_;
    GoTemplate template_;
};

} // namespace berth::cli
