// SPDX-License-Identifier: Apache-2.0
// Errors and warnings about a source text, with their places.
#pragma once

#include "berth/util/error.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hcl {

struct Position {
    int line = 1;
    int column = 1; // in grapheme clusters, the characters that a reader sees
    std::size_t byte = 0;

    friend bool operator==(const Position &, const Position &) = default;
};

struct Range {
    std::string file;
    Position start;
    Position end; // the first position after it

    bool empty() const { return start.byte == end.byte; }
    std::string text() const; // "bake.hcl:3,5-9", or "bake.hcl:3,5-4,2" over several lines
    friend bool operator==(const Range &, const Range &) = default;
};

Range range_between(const Range &first,
                    const Range &last); // from the first's start to the last's end

enum class Severity { error, warning };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string summary; // a short phrase, HCL's own: "Unsupported attribute"
    std::string detail;  // sentences
    std::optional<Range> subject;
    std::optional<Range> context; // the text to show around the subject

    std::string text() const; // "bake.hcl:3,5-9: Unsupported attribute; This object …"
};

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics &diagnostics);
Diagnostic error(std::string summary, std::string detail, const Range &subject);
Diagnostic error(std::string summary, std::string detail, const Range &subject,
                 const Range &context);

// "no diagnostics", the first's text, "…, and 2 other diagnostic(s)": HCL's Diagnostics.Error().
std::string diagnostics_text(const Diagnostics &diagnostics);

// Diagnostics as an exception, for functions that evaluate expressions.
class DiagnosticError : public Error {
  public:
    explicit DiagnosticError(Diagnostics diagnostics)
        : Error(diagnostics_text(diagnostics)), diagnostics_(std::move(diagnostics)) {}
    const Diagnostics &diagnostics() const { return diagnostics_; }

  private:
    Diagnostics diagnostics_;
};

// The texts of the files, by the names that ranges use.
using Sources = std::map<std::string, std::string>;

// Text for a reader: the summary, the place, the lines with a caret below, the detail.
//
//     Error: Unsupported attribute
//       on bake.hcl line 3:
//        3 |   tags = [target.base.tga]
//          |                      ^^^^
//     This object does not have an attribute named "tga".
std::string render(const Diagnostics &diagnostics, const Sources &sources);

} // namespace berth::hcl
