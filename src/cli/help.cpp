#include "berth/cli/help.hpp"

#include "berth/cli/pages.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {

namespace {

constexpr std::size_t width = 100, column = 30;

const CLI::App &root_of(const CLI::App &command) {
    const auto *app = &command;
    while (app->get_parent() != nullptr)
        app = app->get_parent();
    return *app;
}

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

// `left` in its column, the text beside it, or below when it is too wide.
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

// Markdown is for reading as it is, but for the marks around code; examples are as this user types
// them.
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

std::vector<OptionText> option_texts(const CLI::App &command) {
    std::vector<OptionText> texts;
    for (const auto *option : command.get_options()) {
        if (option->get_positional() || option->get_group().empty())
            continue;
        OptionText text{.names = {}, .value = {}, .description = option->get_description()};
        for (const auto &name : option->get_snames())
            text.names.push_back("-" + name);
        for (const auto &name : option->get_lnames())
            text.names.push_back("--" + name);
        if (option->get_items_expected_max() > 0)
            text.value = option->get_type_name();
        texts.push_back(std::move(text));
    }
    auto by_name = [](const OptionText &left, const OptionText &right) {
        return left.long_name() < right.long_name();
    };
    std::sort(texts.begin(), texts.end(), by_name);
    return texts;
}

std::string arguments_text(const CLI::App &command) {
    for (const auto *option : command.get_options())
        if (option->get_positional())
            return option->get_type_name();
    return {};
}

std::vector<const CLI::App *> commands_below(const CLI::App &command) {
    std::vector<const CLI::App *> commands;
    for (const auto *one : command.get_subcommands([](const CLI::App *) { return true; }))
        if (!one->get_group().empty())
            commands.push_back(one);
    return commands;
}

std::string command_words(const CLI::App &command) {
    if (command.get_parent() == nullptr)
        return {};
    auto before = command_words(*command.get_parent());
    return (before.empty() ? "" : before + " ") + command.get_name();
}

std::string page_name(const CLI::App &command) {
    auto words = command_words(command);
    return words.empty() ? "berth" : "berth-" + replace_all(words, " ", "-");
}

std::string HelpFormatter::make_help(const CLI::App *command, std::string,
                                     CLI::AppFormatMode) const {
    const auto &root = root_of(*command);
    auto program = root.get_name();
    auto words = command_words(*command);
    auto below = commands_below(*command);
    auto own = option_texts(*command);
    auto arguments = below.empty() ? arguments_text(*command) : "COMMAND";
    auto text = fmt::format("Usage:  {}{}{} [OPTIONS]{}{}\n\n", program, words.empty() ? "" : " ",
                            words, arguments.empty() ? "" : " ", arguments);
    auto about = page(page_name(*command));
    text += command->get_description() + "\n";
    if (!about.lead.empty())
        text += "\n" + plain(about.lead, program);
    if (!below.empty()) {
        text += "\nCommands:\n";
        for (const auto *one : below)
            text += row("  " + one->get_name(), one->get_description());
    }
    if (command != &root) {
        // --help stands with those of every command.
        std::erase_if(own, [](const OptionText &option) { return option.long_name() == "help"; });
        if (!own.empty())
            text += "\nOptions:\n" + option_rows(own);
        auto global = option_texts(root);
        std::erase_if(global,
                      [](const OptionText &option) { return option.long_name() == "version"; });
        text += "\nGlobal options:\n" + option_rows(global);
    } else {
        text += "\nOptions:\n" + option_rows(own);
    }
    if (!about.examples.empty())
        text += "\nExamples:\n\n" + plain(about.examples, program);
    if (!below.empty())
        text += fmt::format("\n'{}{}{} COMMAND --help' tells more of a command.\n", program,
                            words.empty() ? "" : " ", words);
    return text;
}

} // namespace berth::cli
