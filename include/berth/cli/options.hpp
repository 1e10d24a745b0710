// Ways to declare options that behave as docker's do (CLI11's defaults differ: there an option that
// can be repeated would swallow the arguments after it).
//
// What is declared is all that help, manual and completion know of an option: its names, its text,
// and
// ->type_name(), which says what its value is. A word of cli/complete_values.hpp (FILE, BUILDER, …)
// is completed as that; `a|b|c` by the words in it.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace berth::cli {

// `-t a -t b`: each occurrence takes one value.
CLI::Option *add_repeated(CLI::App &app, const std::string &names, std::vector<std::string> &values,
                          const std::string &description);
// One value; given twice, the last one counts.
CLI::Option *add_value(CLI::App &app, const std::string &names, std::string &value,
                       const std::string &description);
CLI::Option *add_switch(CLI::App &app, const std::string &names, bool &value,
                        const std::string &description);
// The arguments that are not options, as help and manual show them: "PATH", "[BUILDER...]", "" for
// none. check_arguments() after parsing, for docker's words.
void add_arguments(CLI::App &app, const std::string &synopsis, std::vector<std::string> &arguments);
// Throws docker's `'berth ls' requires 0 arguments` when there are not between `least` and `most`.
void check_arguments(const std::string &command, const std::vector<std::string> &arguments,
                     std::size_t least, std::size_t most);

} // namespace berth::cli
