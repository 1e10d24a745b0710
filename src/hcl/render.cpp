// SPDX-License-Identifier: Apache-2.0
// Diagnostics with their source lines.
#include "berth/hcl/diagnostic.hpp"

#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {
namespace {

constexpr int most_lines = 8; // of a long subject

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// A line without characters that control a terminal.
std::string printable(std::string_view line) {
    std::string result;
    for (const char character : line)
        result += character == '\t'                                                     ? ' '
                  : static_cast<unsigned char>(character) < 0x20 || character == '\x7f' ? '?'
                                                                                        : character;
    return result;
}

std::string carets(std::string_view line, const Range &subject, int number) {
    const auto length = static_cast<int>(count_characters(line));
    const int first = number == subject.start.line ? subject.start.column : 1;
    const int last = number == subject.end.line ? subject.end.column : length + 1;
    const auto width = static_cast<std::size_t>(std::max(std::min(last, length + 1) - first, 1));
    return std::string(static_cast<std::size_t>(std::max(first - 1, 0)), ' ') +
           std::string(width, '^');
}

std::string excerpt(const Range &subject, const Range &context, std::string_view source) {
    const std::vector<std::string_view> lines = lines_of(source);
    const int first = std::max(std::min(context.start.line, subject.start.line), 1);
    const int last = std::min({std::max(context.end.line, subject.end.line),
                               static_cast<int>(lines.size()), first + most_lines - 1});
    std::string result;
    for (int number = first; number <= last; ++number) {
        const std::string_view line = lines[static_cast<std::size_t>(number) - 1];
        result += fmt::format("  {:>4} | {}\n", number, printable(line));
        if (number >= subject.start.line && number <= subject.end.line &&
            !(number > subject.start.line && subject.end.line == number && subject.end.column == 1))
            result += fmt::format("       | {}\n", carets(line, subject, number));
    }
    return result;
}

std::string render_one(const Diagnostic &diagnostic, const Sources &sources) {
    std::string result =
        fmt::format("{}: {}\n", diagnostic.severity == Severity::error ? "Error" : "Warning",
                    diagnostic.summary);
    if (diagnostic.subject) {
        const Range &subject = *diagnostic.subject;
        result += fmt::format("  on {} line {}:\n", subject.file, subject.start.line);
        const auto source = sources.find(subject.file);
        if (source != sources.end())
            result += excerpt(subject, diagnostic.context.value_or(subject), source->second);
    }
    if (!diagnostic.detail.empty())
        result += diagnostic.detail + "\n";
    return result;
}

} // namespace

std::string render(const Diagnostics &diagnostics, const Sources &sources) {
    std::string result;
    std::string last; // an expression in a loop fails the same way for each element
    for (const Diagnostic &diagnostic : diagnostics) {
        std::string text = render_one(diagnostic, sources);
        if (text == last)
            continue;
        result += (result.empty() ? "" : "\n") + text;
        last = std::move(text);
    }
    return result;
}

} // namespace berth::hcl
