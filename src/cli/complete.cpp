#include "berth/cli/complete.hpp"

#include "berth/cli/complete_values.hpp"
#include "berth/util/strings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace berth::cli {

namespace {

bool takes_value(const CLI::Option &option) {
    return option.get_items_expected_max() > 0;
}

// `--tag` or `-t`, of the command or of those around it.
const CLI::Option *find_option(const CLI::App *command, const std::string &name) {
    for (; command != nullptr; command = command->get_parent())
        if (const auto *option = command->get_option_no_throw(name))
            return option;
    return nullptr;
}

void read_long_option(TypedWords &typed, const std::string &word) {
    auto equals = word.find('=');
    const auto *option = find_option(typed.command, word.substr(0, equals));
    if (option == nullptr)
        return;
    if (equals != std::string::npos)
        typed.options.emplace_back(option, word.substr(equals + 1));
    else if (takes_value(*option))
        typed.expects_value = option;
    else
        typed.options.emplace_back(option, "true");
}

// `-q`, `-tNAME`, `-qt NAME`.
void read_short_options(TypedWords &typed, const std::string &word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
        const auto *option = find_option(typed.command, std::string("-") + word[i]);
        if (option == nullptr)
            return;
        if (!takes_value(*option)) {
            typed.options.emplace_back(option, "true");
            continue;
        }
        auto value = word.substr(i + 1);
        if (value.empty())
            typed.expects_value = option;
        else
            typed.options.emplace_back(option, value.starts_with('=') ? value.substr(1) : value);
        return;
    }
}

const CLI::App *find_command(const TypedWords &typed, const std::string &word) {
    if (!typed.arguments.empty() || typed.options_ended)
        return nullptr;
    for (const auto *command :
         typed.command->get_subcommands([](const CLI::App *) { return true; }))
        if (command->check_name(word))
            return command;
    return nullptr;
}

bool hidden(const CLI::Option &option) {
    return option.get_group().empty();
}

// A list is longer with each; anything else counts once.
bool is_list(const CLI::Option &option) {
    return option.get_multi_option_policy() == CLI::MultiOptionPolicy::Throw;
}

void add_option_names(Completion &completion, const TypedWords &typed, const CLI::App *command,
                      const std::string &word) {
    if (command == nullptr)
        return;
    add_option_names(completion, typed, command->get_parent(), word);
    for (const auto *option : command->get_options()) {
        bool given = std::any_of(typed.options.begin(), typed.options.end(),
                                 [option](const auto &one) { return one.first == option; });
        // `--version` is an answer of its own; below a command it is none.
        bool inherited = command != typed.command && option == command->get_version_ptr();
        bool twice = command != typed.command && option == command->get_help_ptr();
        if (hidden(*option) || (given && !is_list(*option)) || inherited || twice)
            continue;
        auto add = [&](const std::string &name) {
            if (name.starts_with(word))
                completion.candidates.push_back({name, option->get_description()});
        };
        for (const auto &name : option->get_lnames())
            add("--" + name);
        for (const auto &name : option->get_snames())
            add("-" + name);
    }
}

Completion complete_argument(const TypedWords &typed, const std::string &word,
                             const Environment &environment) {
    Completion completion;
    auto commands = typed.command->get_subcommands([](const CLI::App *) { return true; });
    if (!commands.empty()) {
        for (const auto *command : commands)
            if (typed.arguments.empty() && command->get_name().starts_with(word) &&
                !command->get_group().empty())
                completion.candidates.push_back({command->get_name(), command->get_description()});
        return completion;
    }
    for (const auto *option : typed.command->get_options())
        if (option->get_positional()) {
            auto type = option->get_type_name();
            bool many = type.find("...") != std::string::npos;
            if (type.empty() || (!many && !typed.arguments.empty()))
                return completion;
            completion = complete_value(type, word, typed, environment);
            std::erase_if(completion.candidates, [&](const Candidate &candidate) {
                return std::find(typed.arguments.begin(), typed.arguments.end(), candidate.value) !=
                       typed.arguments.end();
            });
        }
    return completion;
}

} // namespace

std::string TypedWords::value(const std::string &name) const {
    std::string found;
    for (const auto &[option, value] : options)
        if (option->check_lname(name))
            found = value;
    return found;
}

TypedWords read_typed_words(const CLI::App &app, const std::vector<std::string> &words) {
    TypedWords typed{.command = &app};
    for (const auto &word : words) {
        if (typed.expects_value != nullptr) {
            typed.options.emplace_back(typed.expects_value, word);
            typed.expects_value = nullptr;
            continue;
        }
        const bool option = !typed.options_ended && word.size() > 1 && word.front() == '-';
        if (option && word == "--") {
            typed.options_ended = true;
        } else if (option && word.starts_with("--")) {
            read_long_option(typed, word);
        } else if (option) {
            read_short_options(typed, word);
        } else if (const auto *command =
                       typed.options_ended ? nullptr : find_command(typed, word)) {
            typed.command = command;
        } else {
            typed.arguments.push_back(word);
        }
    }
    return typed;
}

Completion complete(const CLI::App &app, const std::vector<std::string> &words,
                    const Environment &environment) {
    auto word = words.empty() ? "" : words.back();
    auto before = words;
    if (!before.empty())
        before.pop_back();
    if (!before.empty() && before.front() == "help")
        before.erase(before.begin());
    auto typed = read_typed_words(app, before);
    if (typed.expects_value != nullptr)
        return complete_value(typed.expects_value->get_type_name(), word, typed, environment);
    if (typed.options_ended || !word.starts_with('-'))
        return complete_argument(typed, word, environment);
    if (auto equals = word.find('='); equals != std::string::npos) {
        const auto *option = find_option(typed.command, word.substr(0, equals));
        if (option == nullptr)
            return {};
        auto type = takes_value(*option) ? option->get_type_name() : "true|false";
        return complete_value(type, word.substr(equals + 1), typed, environment);
    }
    Completion completion;
    add_option_names(completion, typed, typed.command, word);
    return completion;
}

void print_completion(std::ostream &out, const Completion &completion, bool descriptions) {
    for (const auto &candidate : completion.candidates) {
        out << printable(candidate.value);
        if (descriptions && !candidate.description.empty())
            out << '\t' << printable(candidate.description);
        out << '\n';
    }
    out << ':' << completion.directive << '\n';
}

} // namespace berth::cli
