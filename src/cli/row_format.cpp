// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/row_format.hpp"

#include "berth/cli/table.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace {

constexpr std::string_view table_word = "table ";

gotemplate::Template read(const std::string &text, bool table, const std::string &others) {
    if (text.find("{{") == std::string::npos)
        throw usage_error(fmt::format("invalid format \"{}\"", printable(text)),
                          fmt::format("use {} or a template such as '{{{{.Name}}}}'", others));
    auto body = std::string(trim(std::string_view(text).substr(table ? table_word.size() : 0)));
    return gotemplate::Template(replace_all(replace_all(body, "\\t", "\t"), "\\n", "\n"));
}

} // namespace

RowFormat::RowFormat(const std::string &text, const std::string &others)
    : table_(text.starts_with(table_word)), template_(read(text, table_, others)) {}

void RowFormat::print(std::ostream &out, const nlohmann::json &titles, const std::vector<Row> &rows,
                      const std::set<std::string> &maps) const {
    std::vector<std::vector<std::string>> table;
    auto add = [&](const std::string &line) {
        if (table_)
            table.push_back(split(line, '\t'));
        else
            out << line << '\n';
    };
    if (table_)
        add(template_.render(titles, {.dot = nullptr, .maps = maps, .titles = true}));
    for (const auto &row : rows)
        add(template_.render(row.fields,
                             {.dot = row.dot.is_null() ? nullptr : &row.dot, .maps = maps}));
    if (table_)
        print_table(out, table);
}

} // namespace berth::cli
