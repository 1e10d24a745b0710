// SPDX-License-Identifier: Apache-2.0
// Declarations of commands and options, used by the parser, help, manual and completion.
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
    std::string value_name = {}; // kind of value, for help and completion: FILE, a|b|c
    std::string implied = {};    // value of the option without an argument; empty: needs one
    std::string deprecated = {}; // replacement, shown in a warning
    bool hidden = false;         // hidden from help, manual and completion
    bool inherited = false;      // subcommands accept it too
    bool repeats = false;        // each occurrence adds a value; otherwise the last one counts
    // Stores a value. Throws an Error that says why the value is invalid.
    std::function<void(const std::string &)> store;

    bool takes_value() const { return implied.empty(); }
    bool has_name(std::string_view name) const;
    const std::string &long_name() const; // --file, or -f without one

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
    // `synopsis` is shown in help and sets how many: "" none, "PATH" one, "[BUILDER]" at most one,
    // "[BUILDER...]" any number.
    void take_arguments(std::string synopsis, std::vector<std::string> &target);
    void alias(std::string name) { aliases_.push_back(std::move(name)); }
    void hide() { hidden_ = true; }
    // Called when a line names this command and all its values are stored.
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

    // The subcommand of that name or alias; or nullptr.
    const Command *find_command(std::string_view name) const;
    // "--file" or "-f", of this command or inherited; or nullptr.
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
