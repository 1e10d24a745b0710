// SPDX-License-Identifier: Apache-2.0
// `--format` of commands that print rows, like docker's formatter.
#pragma once

#include "berth/gotemplate/template.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace berth::cli {

class RowFormat {
  public:
    // TEMPLATE for each row, or `table TEMPLATE` for columns below titles; \t and \n may be written
    // as such. Throws a usage error if it is not a template. `others`: the other values of the
    // flag, for the hint.
    RowFormat(const std::string &text, const std::string &others);

    bool is_table() const { return table_; }

    struct Row {
        nlohmann::json fields;
        nlohmann::json dot = nullptr; // value of `.` itself; null: the fields
    };
    // `titles`: the column title of each field. `maps`: see gotemplate::Template.
    void print(std::ostream &out, const nlohmann::json &titles, const std::vector<Row> &rows,
               const std::set<std::string> &maps = {}) const;

  private:
    bool table_;
    gotemplate::Template template_;
};

} // namespace berth::cli
