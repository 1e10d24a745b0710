// Help, from the declarations of commands and options and the page of each command.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace berth::cli {

// An option as help and manual show it.
struct OptionText {
    std::vector<std::string> names; // -f, --file
    std::string value;              // FILE; empty: takes none
    std::string description;

    std::string long_name() const; // file; the first of several
};
// Those of the command itself that are not hidden, by their long names.
std::vector<OptionText> option_texts(const CLI::App &command);
// "PATH", "[BUILDER...]"; empty: none.
std::string arguments_text(const CLI::App &command);
std::vector<const CLI::App *> commands_below(const CLI::App &command); // not the hidden ones
// "build", "context tar"; empty for berth itself.
std::string command_words(const CLI::App &command);
std::string page_name(const CLI::App &command); // berth-context-tar

// For CLI11: makes help_text() what --help shows.
class HelpFormatter : public CLI::FormatterBase {
  public:
    std::string make_help(const CLI::App *command, std::string, CLI::AppFormatMode) const override;
};

} // namespace berth::cli
