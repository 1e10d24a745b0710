// SPDX-License-Identifier: Apache-2.0
// String helpers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

std::vector<std::string> split(std::string_view text, char separator); // "a,,b" has three parts
std::string join(const std::vector<std::string> &parts, std::string_view separator);
std::string_view trim(std::string_view text); // without ASCII white space at both ends
std::string lower(std::string_view text);     // ASCII only
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// The lines of a text that are not blank, joined by "; ".
std::string one_line(std::string_view text);

// Go's strconv.ParseBool: 1 t T TRUE true True, 0 f F FALSE false False; else nothing.
std::optional<bool> parse_bool(std::string_view text);
// A decimal number with an optional sign that fits; else nothing.
std::optional<long long> parse_integer(std::string_view text);

// Go's strconv.ParseFloat: "1.5", ".5", "3e5", "1_000", "0x1p4", with an optional sign; else, and
// for infinities and numbers that do not fit, nothing.
std::optional<double> parse_float(std::string_view text);

// One record of comma-separated values as RFC 4180 and Go's encoding/csv read it (docker's
// `--driver-opt`, `--output`, `--secret` …), but that a line break is a character like any other,
// as docker buildx takes it. Throws a usage error that names the text.
std::vector<std::string> parse_csv(std::string_view text);

// The same as Go's encoding/csv reads the first record of a text (docker's `--add-host`): empty
// lines before it and the text after it are skipped. An empty text has no fields.
std::vector<std::string> parse_csv_line(std::string_view text);

// A field of such a record, in quotes where it needs them.
std::string csv_field(std::string_view text);

// The one of `candidates` nearest to `word` (edit distance, at most a third of its length, at
// least one), for "did you mean"; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string> &candidates);

// `text` as one word of a POSIX shell; what printable() would change is in numbers for printf.
std::string shell_quote(std::string_view text);

// `text` with control characters (terminal escapes above all; those of eight bits, too) written as
// \xNN, and those that reorder a line (Unicode's bidirectional controls) or break it as \uNNNN, for
// messages that quote input from outside; newline and tab stay when `keep_lines`.
std::string printable(std::string_view text, bool keep_lines = false);

} // namespace berth
