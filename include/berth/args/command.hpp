// SPDX-License-Identifier: Apache-2.0
// The declaration of commands and their options: the parser reads arguments by it, and help, manual
// and completion show it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth::args {

struct Line;

struct Option {
    std::vector<std::string> names; // "-f", "--file"; several of one length are aliases
    std::string description;
    std::string value_name = {}; // what its value is, for help and completion: FILE, a|b|c
    std::string implied = {};    // the value of the option by itself; empty: it takes an argument
    std::string deprecated = {}; // what replaces it; the user is warned
    bool hidden = false;         // in no help, manual or completion
    bool inherited = false;      // commands below take it, too
    bool repeats = false;        // each occurrence adds a value; else the last one counts
    // Keeps a value. Throws an Error that says why the value is none.
    std::function<void(const std::string &)> store;

    bool takes_value() const { return implied.empty(); }
    bool has_name(std::string_view name) const;
    const std::string &long_name() const; // --file, or -f if there is none

    Option &type(std::string name);
    Option &hide();
    Option &inherit();
    Option &deprecate(std::string replacement);
};

class Command {
  public:
    Command() = default;
    Command(std::string name, std::string description)
        : name_(std::move(name)), description_(std::move(description)) {}
    Command(const Command &) = delete;
    Command &operator=(const Command &) = delete;

    Command *add_command(std::string name, std::string description);
    // `names` with commas between: "-f,--file".
    Option &add_option(const std::string &names, std::string description,
                       std::function<void(const std::string &)> store);
    // `synopsis` is shown and says how many: "" none, "PATH" one, "[BUILDER]" at most one,
    // "[REF [DIGEST]]" at most two, "[BUILDER...]" any number.
    void take_arguments(std::string synopsis, std::vector<std::string> &target);
    void alias(std::string name) { aliases_.push_back(std::move(name)); }
    void hide() { hidden_ = true; }
    // Called when a line names this command and everything on it is stored.
    void callback(std::function<void(const Line &)> function) { callback_ = std::move(function); }
    void callback(std::function<void()> function);
    void set_name(std::string name) { name_ = std::move(name); }
    void set_description(std::string text) { description_ = std::move(text); }

    const std::string &name() const { return name_; }
    const std::string &description() const { return description_; }
    const std::string &synopsis() const { return synopsis_; }
    bool hidden() const { return hidden_; }
    const Command *parent() const { return parent_; }
    const Command &root() const { return parent_ == nullptr ? *this : parent_->root(); }
    const std::vector<std::unique_ptr<Command>> &commands() const { return commands_; }
    const std::vector<std::unique_ptr<Option>> &options() const { return options_; }
    std::vector<std::string> *arguments() const { return arguments_; }
    const std::function<void(const Line &)> &callback() const { return callback_; }

    // The command of that name or alias directly below; nullptr: there is none.
    const Command *find_command(std::string_view name) const;
    // "--file" or "-f", of this command or inherited; nullptr: there is none.
    const Option *find_option(std::string_view name) const;

  private:
    std::string name_, description_, synopsis_;
    std::vector<std::string> aliases_;
    bool hidden_ = false;
    const Command *parent_ = nullptr;
    std::vector<std::unique_ptr<Command>> commands_;
    std::vector<std::unique_ptr<Option>> options_;
    std::vector<std::string> *arguments_ = nullptr;
    std::function<void(const Line &)> callback_;
};

// "context tar"; empty for the root.
std::string command_path(const Command &command);

} // namespace berth::args
