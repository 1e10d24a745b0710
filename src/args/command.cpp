// SPDX-License-Identifier: Apache-2.0
#include "berth/args/command.hpp"

#include "berth/util/strings.hpp"

#include <algorithm>

namespace berth::args {

bool Option::has_name(std::string_view name) const {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const std::string &Option::long_name() const {
    for (const auto &name : names)
        if (name.starts_with("--"))
            return name;
    return names.front();
}

Option &Option::type(std::string name) {
    value_name = std::move(name);
    return *this;
}

Option &Option::hide() {
    hidden = true;
    return *this;
}

Option &Option::inherit() {
    inherited = true;
    return *this;
}

Option &Option::deprecate(std::string replacement) {
    deprecated = std::move(replacement);
    return hide();
}

Command *Command::add_command(std::string name, std::string description) {
    commands_.push_back(std::make_unique<Command>(std::move(name), std::move(description)));
    commands_.back()->parent_ = this;
    return commands_.back().get();
}

Option &Command::add_option(const std::string &names, std::string description,
                            std::function<void(const std::string &)> store) {
    options_.push_back(std::make_unique<Option>());
    auto &option = *options_.back();
    option.names = split(names, ',');
    option.description = std::move(description);
    option.store = std::move(store);
    return option;
}

void Command::take_arguments(std::string synopsis, std::vector<std::string> &target) {
    synopsis_ = std::move(synopsis);
    arguments_ = &target;
}

void Command::callback(std::function<void()> function) {
    callback_ = [function = std::move(function)](const Line &) { function(); };
}

const Command *Command::find_command(std::string_view name) const {
    for (const auto &command : commands_)
        if (command->name_ == name || std::find(command->aliases_.begin(), command->aliases_.end(),
                                                name) != command->aliases_.end())
            return command.get();
    return nullptr;
}

const Option *Command::find_option(std::string_view name) const {
    for (const auto *command = this; command != nullptr; command = command->parent_)
        for (const auto &option : command->options_)
            if ((command == this || option->inherited) && option->has_name(name))
                return option.get();
    return nullptr;
}

std::string command_path(const Command &command) {
    if (command.parent() == nullptr)
        return {};
    auto before = command_path(*command.parent());
    return (before.empty() ? "" : before + " ") + command.name();
}

} // namespace berth::args
