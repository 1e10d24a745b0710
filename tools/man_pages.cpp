// SPDX-License-Identifier: Apache-2.0
// man_pages DIRECTORY SOURCE DATE-FILE: writes the manual, one mdoc(7) page per command, to
// DIRECTORY: its synopsis and options from the program's own declarations, its prose from
// SOURCE/berth-COMMAND.md.
#include "berth/builder/driver_options.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/help.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "markdown_to_mdoc.hpp"

#include <fmt/format.h>

#include <cctype>
#include <iostream>

namespace {

using namespace berth;

struct Manual {
    std::filesystem::path folder, source;
    std::string date;
};

// `Month day, year`, in mdoc's form, from 2026-11-24T….
std::string mdoc_date(const std::string &date) {
    constexpr std::array months = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};
    auto number = [&](std::size_t at, std::size_t size) {
        return static_cast<unsigned>(std::stoul(date.substr(at, size)));
    };
    return fmt::format("{} {}, {}", months.at(number(5, 2) - 1), number(8, 2), date.substr(0, 4));
}

std::string first_lower(std::string text) {
    // Keeps names, for example `BuildKit …`.
    if (text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0)
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

// ARG=VALUE, with optional parts, as one word.
std::string argument(const std::string &text) {
    return ".Ar " + tools::mdoc_word(text);
}

std::string option_items(const std::vector<cli::OptionText> &options) {
    std::string items = ".Bl -tag -width Ds\n";
    for (const auto &option : options) {
        std::string names;
        for (const auto &name : option.names)
            names += (names.empty() ? "" : " , ") + ("Fl " + tools::mdoc_word(name.substr(1)));
        items += ".It " + names +
                 (option.value.empty() ? "" : " Ar " + tools::mdoc_word(option.value)) + "\n";
        items += tools::mdoc_sentence(option.description);
    }
    return items + ".El\n";
}

std::string driver_options() {
    std::string items = ".Bl -tag -width Ds\n";
    for (const auto &option : builder::driver_options()) {
        auto name = option.name.ends_with('.') ? option.name + "NAME" : option.name;
        items += ".It Cm " + tools::mdoc_word(name + "=" + option.values) + "\n" +
                 tools::mdoc_sentence(option.description);
    }
    return items + ".El\n";
}

// The options of `create` as keys of builders.toml.
std::string keys(const args::Command &root) {
    std::string items = ".Bl -tag -width Ds\n";
    for (const auto &option : cli::option_texts(*root.find_command("ensure"))) {
        auto name = option.long_name();
        if (name == "help" || name == "file" || name == "recreate" || name == "name")
            continue;
        items += ".It Cm " + tools::mdoc_word(name) + " No = Ar " +
                 tools::mdoc_word(option.value.empty() ? "true|false" : option.value) + "\n" +
                 tools::mdoc_sentence(option.description);
    }
    return items + ".El\n";
}

void write_page(const Manual &manual, const std::string &name, const std::string &section,
                const std::string &about, const std::string &synopsis, const std::string &middle,
                const std::map<std::string, std::string> &insertions) {
    auto markdown = read_file(manual.source / (name + ".md"));
    auto text = fmt::format(".Dd {}\n.Dt {} {}\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n",
                            mdoc_date(manual.date), tools::upper(name), section, name, about);
    if (!synopsis.empty())
        text += ".Sh SYNOPSIS\n" + synopsis;
    auto sections = tools::markdown_to_mdoc(markdown);
    text += ".Sh DESCRIPTION\n" + sections.lead + middle + sections.rest;
    for (const auto &[mark, replacement] : insertions)
        text = replace_all(text, mark + "\n", replacement);
    text += ".Sh SEE ALSO\n";
    text += name == "berth" ? ".Xr docker 1\n" : ".Xr berth 1\n";
    write_file_atomically(manual.folder / (name + "." + section), text, 0644);
}

void write_command(const Manual &manual, const args::Command &root, const args::Command &command) {
    auto below = cli::commands_below(command);
    for (const auto *one : below)
        write_command(manual, root, *one);
    bool whole = &command == &root;
    if (!below.empty() && !whole && command.arguments() == nullptr)
        return; // a group: its commands have pages
    auto words = args::command_path(command);
    auto synopsis = fmt::format(".Nm{}\n.Op Ar OPTION ...\n", whole ? "" : " berth " + words);
    if (whole)
        synopsis += ".Ar COMMAND\n.Op Ar ARGUMENT ...\n";
    else if (auto arguments = command.synopsis(); !arguments.empty())
        synopsis += argument(arguments) + "\n";
    auto options = cli::option_texts(command);
    if (!whole)
        std::erase_if(options, [](const auto &option) { return option.long_name() == "help"; });
    std::string middle;
    if (whole) {
        middle = ".Sh COMMANDS\n.Bl -tag -width Ds\n";
        for (const auto *one : below) {
            auto inner = cli::commands_below(*one);
            for (const auto *leaf : inner.empty() ? std::vector{one} : inner)
                middle += fmt::format(".It Xr {} 1\n{}", cli::page_name(*leaf),
                                      tools::mdoc_sentence(leaf->description()));
        }
        middle += ".El\n";
    }
    if (!options.empty())
        middle += ".Sh OPTIONS\n" + std::string(whole ? "Every command accepts these:\n" : "") +
                  option_items(options);
    if (!whole)
        middle += ".Pp\nOptions of every command are described in\n.Xr berth 1 .\n";
    write_page(manual, cli::page_name(command), "1", first_lower(command.description()), synopsis,
               middle, {{"@driver_options@", driver_options()}});
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: man_pages DIRECTORY SOURCE DATE-FILE\n";
        return 2;
    }
    try {
        Manual manual{.folder = argv[1], .source = argv[2], .date = read_file(argv[3])};
        args::Command root("berth", "");
        cli::GlobalOptions options;
        cli::Action action;
        cli::declare(root, options, action);
        write_command(manual, root, root);
        write_page(manual, "berth-builders.toml", "5", "builders for berth ensure", "", "",
                   {{"@keys@", keys(root)}});
    } catch (const std::exception &error) {
        std::cerr << "man_pages: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
