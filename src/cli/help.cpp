// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/help.hpp"

#include "berth/cli/pages.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {

namespace {

constexpr std::size_t width = 100, column = 30;

// Words at most up to `width`, each line but the first indented.
std::string wrapped(const std::string &text, std::size_t indent) {
    std::string result;
    std::size_t used = indent;
    for (const auto &word : split(text, ' ')) {
        if (used > indent && used + 1 + word.size() > width) {
            result += "\n" + std::string(indent, ' ');
            used = indent;
        } else if (used > indent) {
            result += ' ';
            ++used;
        }
        result += word;
        used += word.size();
    }
    return result;
}

// `left` in its column, with the text beside it, or below it if `left` is too wide.
std::string row(const std::string &left, const std::string &description) {
    if (description.empty())
        return left + "\n";
    if (left.size() + 2 <= column)
        return fmt::format("{:{}}{}\n", left, column, wrapped(description, column));
    return fmt::format("{}\n{}{}\n", left, std::string(column, ' '), wrapped(description, column));
}

std::string option_rows(const std::vector<OptionText> &options) {
    std::string rows;
    for (const auto &option : options) {
        auto names = join(option.names, ", ");
        if (names.starts_with("--"))
            names = "    " + names;
        rows += row("  " + names + (option.value.empty() ? "" : " " + option.value),
                    option.description);
    }
    return rows;
}

// Shows Markdown unchanged except for the marks around code, and commands as this user types them.
std::string plain(std::string_view markdown, const std::string &program) {
    std::vector<std::string> lines;
    for (auto line : split(markdown, '\n')) {
        bool code = line.starts_with("    ");
        if (code && trim(line).starts_with("berth "))
            line = "    " + program + line.substr(line.find("berth ") + 5);
        lines.push_back(code ? line : replace_all(line, "`", ""));
    }
    return join(lines, "\n") + "\n";
}

} // namespace

std::string OptionText::long_name() const {
    for (const auto &name : names)
        if (name.starts_with("--"))
            return name.substr(2);
    return names.front();
}

std::vector<OptionText> option_texts(const args::Command &command) {
    std::vector<OptionText> texts;
    for (const auto &option : command.options()) {
        if (option->hidden)
            continue;
        OptionText text{.names = {}, .value = {}, .description = option->description};
        for (bool long_one : {false, true})
            for (const auto &name : option->names)
                if (name.starts_with("--") == long_one)
                    text.names.push_back(name);
        if (option->takes_value())
            text.value = option->value_name;
        texts.push_back(std::move(text));
    }
    auto by_name = [](const OptionText &left, const OptionText &right) {
        return left.long_name() < right.long_name();
    };
    std::sort(texts.begin(), texts.end(), by_name);
    return texts;
}

std::vector<const args::Command *> commands_below(const args::Command &command) {
    std::vector<const args::Command *> commands;
    for (const auto &one : command.commands())
        if (!one->hidden())
            commands.push_back(one.get());
    return commands;
}

std::string page_name(const args::Command &command) {
    auto path = args::command_path(command);
    return path.empty() ? "berth" : "berth-" + replace_all(path, " ", "-");
}

std::string help_text(const args::Command &command) {
    const auto &root = command.root();
    auto program = root.name();
    auto path = args::command_path(command);
    auto below = commands_below(command);
    auto own = option_texts(command);
    auto arguments =
        below.empty() || command.arguments() != nullptr ? command.synopsis() : "COMMAND";
    auto text = fmt::format("Usage:  {}{}{} [OPTIONS]{}{}\n\n", program, path.empty() ? "" : " ",
                            path, arguments.empty() ? "" : " ", arguments);
    auto about = page(page_name(command));
    text += command.description() + "\n";
    if (!about.lead.empty())
        text += "\n" + plain(about.lead, program);
    if (!below.empty()) {
        text += "\nCommands:\n";
        for (const auto *one : below)
            text += row("  " + one->name(), one->description());
    }
    if (&command != &root) {
        if (!own.empty())
            text += "\nOptions:\n" + option_rows(own);
        auto global = option_texts(root);
        std::erase_if(global, [&own](const OptionText &option) {
            // An option of the command may hide a global one with the same name.
            return option.long_name() == "version" ||
                   std::any_of(own.begin(), own.end(), [&option](const OptionText &other) {
                       return other.long_name() == option.long_name();
                   });
        });
        text += "\nGlobal options:\n" + option_rows(global);
    } else {
        text += "\nOptions:\n" + option_rows(own);
    }
    if (!about.examples.empty())
        text += "\nExamples:\n\n" + plain(about.examples, program);
    if (!below.empty())
        text += fmt::format("\n'{}{}{} COMMAND --help' shows more about a command.\n", program,
                            path.empty() ? "" : " ", path);
    return text;
}

} // namespace berth::cli
