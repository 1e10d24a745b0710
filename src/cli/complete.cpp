// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/complete.hpp"

#include "berth/cli/complete_values.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>

namespace berth::cli {

namespace {

void add_option_names(Completion &completion, const args::Line &typed, const args::Command *command,
                      const std::string &word) {
    if (command == nullptr)
        return;
    add_option_names(completion, typed, command->parent(), word);
    for (const auto &option : command->options()) {
        bool given = std::any_of(typed.options.begin(), typed.options.end(),
                                 [&](const auto &one) { return one.first == option.get(); });
        bool applies =
            command == typed.command ||
            (option->inherited && typed.command->find_option(option->long_name()) == option.get());
        if (option->hidden || (given && !option->repeats) || !applies)
            continue;
        for (bool long_one : {true, false})
            for (const auto &name : option->names)
                if (name.starts_with("--") == long_one && name.starts_with(word))
                    completion.candidates.push_back({name, option->description});
    }
}

void add_commands(Completion &completion, const args::Command &command, const std::string &word) {
    for (const auto &one : command.commands())
        if (!one->hidden() && one->name().starts_with(word))
            completion.candidates.push_back({one->name(), one->description()});
}

Completion complete_argument(const args::Line &typed, const std::string &word,
                             const Environment &environment) {
    Completion completion;
    if (!typed.command->commands().empty()) {
        if (typed.arguments.empty() && !typed.options_ended)
            add_commands(completion, *typed.command, word);
        return completion;
    }
    const auto &type = typed.command->synopsis();
    bool many = type.find("...") != std::string::npos;
    if (type.empty() || (!many && !typed.arguments.empty()))
        return completion;
    completion = complete_value(type, word, typed, environment);
    std::erase_if(completion.candidates, [&](const Candidate &candidate) {
        return std::find(typed.arguments.begin(), typed.arguments.end(), candidate.value) !=
               typed.arguments.end();
    });
    return completion;
}

} // namespace

Completion complete(const args::Command &app, const std::vector<std::string> &arguments,
                    const Environment &environment) {
    auto word = arguments.empty() ? "" : arguments.back();
    auto before = arguments;
    if (!before.empty())
        before.pop_back();
    if (!before.empty() && before.front() == "help")
        before.erase(before.begin());
    auto typed = args::read_line(app, before);
    if (typed.expects_value != nullptr)
        return complete_value(typed.expects_value->value_name, word, typed, environment);
    if (typed.options_ended || !word.starts_with('-'))
        return complete_argument(typed, word, environment);
    if (auto equals = word.find('='); equals != std::string::npos) {
        const auto *option = typed.command->find_option(word.substr(0, equals));
        if (option == nullptr)
            return {};
        auto type = option->takes_value() ? option->value_name : "true|false";
        return complete_value(type, word.substr(equals + 1), typed, environment);
    }
    Completion completion;
    add_option_names(completion, typed, typed.command, word);
    return completion;
}

void print_completion(std::ostream &out, const Completion &completion, bool descriptions) {
    for (const auto &candidate : completion.candidates) {
        if (printable(candidate.value) != candidate.value) // the shown name would differ
            continue;
        out << printable(candidate.value);
        if (descriptions && !candidate.description.empty())
            out << '\t' << printable(candidate.description);
        out << '\n';
    }
    out << ':' << completion.directive << '\n';
}

} // namespace berth::cli
