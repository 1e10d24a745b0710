// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/diagnostic.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {

std::string Range::text() const {
    if (start.line == end.line)
        return fmt::format("{}:{},{}-{}", file, start.line, start.column, end.column);
    return fmt::format("{}:{},{}-{},{}", file, start.line, start.column, end.line, end.column);
}

Range range_between(const Range &first, const Range &last) {
    return {first.file, first.start, last.end};
}

std::string Diagnostic::text() const {
    const std::string message = fmt::format("{}; {}", summary, detail);
    return subject ? fmt::format("{}: {}", subject->text(), message) : message;
}

bool has_errors(const Diagnostics &diagnostics) {
    return failed_since(diagnostics, 0);
}

bool failed_since(const Diagnostics &diagnostics, std::size_t count) {
    return std::any_of(
        diagnostics.begin() + static_cast<std::ptrdiff_t>(count), diagnostics.end(),
        [](const Diagnostic &diagnostic) { return diagnostic.severity == Severity::error; });
}

Diagnostic error(std::string summary, std::string detail, const Range &subject) {
    return {Severity::error, std::move(summary), std::move(detail), subject, {}};
}

Diagnostic error(std::string summary, std::string detail, const Range &subject,
                 const Range &context) {
    return {Severity::error, std::move(summary), std::move(detail), subject, context};
}

std::string diagnostics_text(const Diagnostics &diagnostics) {
    if (diagnostics.empty())
        return "no diagnostics";
    std::string first = diagnostics.front().text();
    if (diagnostics.size() == 1)
        return first;
    return fmt::format("{}, and {} other diagnostic(s)", first, diagnostics.size() - 1);
}

} // namespace berth::hcl
