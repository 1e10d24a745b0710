// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/usage_text.hpp"

#include "berth/cli/table.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::cli {

namespace {

using builder::UsageRecord;

const std::vector<std::string> header = {"ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED"};

std::string yes_no(bool value) {
    return value ? "true" : "false";
}

// In Go's form.
std::string created(const UsageRecord &record) {
    if (!record.created)
        return "0001-01-01 00:00:00 +0000 UTC";
    auto text = format_rfc3339(*record.created);
    text.pop_back(); // Z
    return replace_all(text, "T", " ") + " +0000 UTC";
}

std::string last_used(const UsageRecord &record, Time now) {
    return record.last_used ? format_human_duration(now - *record.last_used) + " ago" : "";
}

std::string human_size(std::int64_t bytes) {
    return format_human_size(static_cast<double>(bytes));
}

// An asterisk marks mutable records, and the size of shared ones.
std::vector<std::string> row(const UsageRecord &record, Time now) {
    return {printable(record.id) + (record.is_mutable ? "*" : ""), yes_no(!record.in_use),
            human_size(record.size) + (record.shared ? "*" : ""), last_used(record, now)};
}

// The common part of both long forms; the lines of parents differ.
Rows details(const UsageRecord &record, Time now) {
    Rows rows = {{"Created at:", created(record)},
                 {"Mutable:", yes_no(record.is_mutable)},
                 {"Reclaimable:", yes_no(!record.in_use)},
                 {"Shared:", yes_no(record.shared)},
                 {"Size:", human_size(record.size)}};
    if (!record.description.empty())
        rows.push_back({"Description:", printable(record.description)});
    rows.push_back({"Usage count:", fmt::format("{}", record.usage_count)});
    if (record.last_used)
        rows.push_back({"Last used:", last_used(record, now)});
    if (!record.type.empty())
        rows.push_back({"Type:", printable(record.type)});
    return rows;
}

nlohmann::json to_json(const UsageRecord &record, Time now) {
    return {{"CreatedAt", created(record)},
            {"Description", record.description},
            {"ID", record.id},
            {"LastUsedAt", last_used(record, now)},
            {"Mutable", record.is_mutable},
            {"Parents", record.parents},
            {"Reclaimable", !record.in_use},
            {"Shared", record.shared},
            {"Size", human_size(record.size)},
            {"Type", record.type},
            {"UsageCount", record.usage_count}};
}

void print_pruned_details(std::ostream &out, const UsageRecord &record, Time now) {
    Rows rows = {{"ID:", printable(record.id)}};
    if (!record.parents.empty())
        rows.push_back({"Parent:", printable(join(record.parents, ","))});
    for (auto &detail : details(record, now))
        rows.push_back(std::move(detail));
    print_tabbed(out, rows);
    out << '\n';
}

// The columns have a fixed width, and then tabs; each line is printed when its record is removed,
// so only the first one lines up with the header.
void print_pruned_rows(std::ostream &out, const UsageRecords &records, Time now) {
    bool first = true;
    for (const auto &record : records) {
        auto cells = row(record, now);
        Rows rows;
        if (first)
            rows.push_back(header);
        first = false;
        rows.push_back({fmt::format("{:<40}", cells[0]), fmt::format("{:<5}", cells[1]),
                        fmt::format("{:<10}", cells[2]), cells[3]});
        print_tabbed(out, rows);
    }
}

} // namespace

void print_usage_table(std::ostream &out, const UsageRecords &records, Time now) {
    Rows rows = {header};
    rows.reserve(records.size() + 1);
    for (const auto &record : records)
        rows.push_back(row(record, now));
    print_table(out, rows);
}

void print_usage_pretty(std::ostream &out, const UsageRecords &records, Time now) {
    for (const auto &record : records) {
        out << fmt::format("{:<14}{}\n", "ID:", printable(record.id));
        if (!record.parents.empty())
            out << "Parents:\n";
        for (const auto &parent : record.parents)
            out << " - " << printable(parent) << '\n';
        for (const auto &detail : details(record, now))
            out << fmt::format("{:<14}{}\n", detail[0], detail[1]);
        out << '\n';
    }
}

void print_usage_json(std::ostream &out, const UsageRecords &records, Time now) {
    for (const auto &record : records) {
        auto value = to_json(record, now);
        if (record.parents.empty())
            value["Parents"] = nullptr;
        auto text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        // Go escapes HTML's special characters, which in JSON occur only in texts.
        for (auto [character, escape] :
             {std::pair{"<", "\\u003c"}, {">", "\\u003e"}, {"&", "\\u0026"}})
            text = replace_all(std::move(text), character, escape);
        out << text << '\n';
    }
}

void print_usage_rows(std::ostream &out, const RowFormat &format, const UsageRecords &records,
                      Time now) {
    std::vector<RowFormat::Row> rows;
    for (const auto &record : records) {
        RowFormat::Row line{.fields = to_json(record, now)};
        if (format.is_table()) {
            auto cells = row(record, now);
            line.fields["ID"] = cells[0];
            line.fields["Size"] = cells[2];
        }
        rows.push_back(std::move(line));
    }
    format.print(out,
                 {{"CreatedAt", "CREATED AT"},
                  {"Description", "DESCRIPTION"},
                  {"ID", "ID"},
                  {"LastUsedAt", "LAST ACCESSED"},
                  {"Mutable", "MUTABLE"},
                  {"Parents", "PARENTS"},
                  {"Reclaimable", "RECLAIMABLE"},
                  {"Shared", "SHARED"},
                  {"Size", "SIZE"},
                  {"Type", "TYPE"},
                  {"UsageCount", "USAGE COUNT"}},
                 rows);
}

void print_usage_summary(std::ostream &out, const UsageRecords &records) {
    // In floating point, which hostile sizes cannot overflow.
    double total = 0, reclaimable = 0, shared = 0;
    for (const auto &record : records) {
        if (record.size <= 0)
            continue;
        auto size = static_cast<double>(record.size);
        total += size;
        reclaimable += record.in_use ? 0 : size;
        shared += record.shared ? size : 0;
    }
    Rows rows;
    if (shared > 0)
        rows = {{"Shared:", format_human_size(shared)},
                {"Private:", format_human_size(total - shared)}};
    rows.push_back({"Reclaimable:", format_human_size(reclaimable)});
    rows.push_back({"Total:", format_human_size(total)});
    print_tabbed(out, rows);
}

void print_pruned(std::ostream &out, const UsageRecords &records, bool verbose, Time now) {
    if (verbose)
        for (const auto &record : records)
            print_pruned_details(out, record, now);
    else
        print_pruned_rows(out, records, now);
    double total = 0;
    for (const auto &record : records)
        total += static_cast<double>(record.size);
    print_tabbed(out, {{"Total:", format_human_size(total)}});
}

} // namespace berth::cli
