// SPDX-License-Identifier: Apache-2.0
#include "berth/args/line.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::args {

namespace {

std::string help_of(const Command &command) {
    auto path = command_path(command);
    return fmt::format("see 'berth {}{}--help'", path, path.empty() ? "" : " ");
}

class Reader {
  public:
    Reader(const Command &root, Options options) : options_(options) { line_.command = &root; }

    Line read(const std::vector<std::string> &arguments) {
        for (at_ = arguments.begin(), end_ = arguments.end(); at_ != end_;) {
            const auto &argument = *at_++;
            if (line_.options_ended || argument.size() < 2 || argument.front() != '-')
                read_argument(argument);
            else if (argument == "--")
                line_.options_ended = true;
            else if (argument[1] == '-')
                read_long(argument);
            else
                read_short(argument);
        }
        return std::move(line_);
    }

  private:
    void fail(const std::string &what, const std::string &hint = {}) {
        if (!line_.problem)
            line_.problem = usage_error(what, hint.empty() ? help_of(*line_.command) : hint);
    }

    void read_argument(const std::string &argument) {
        if (options_ == Options::before_arguments)
            line_.options_ended = true;
        const auto *command = line_.arguments.empty() && !line_.options_ended
                                  ? line_.command->find_command(argument)
                                  : nullptr;
        if (command != nullptr)
            line_.command = command;
        else
            line_.arguments.push_back(argument);
    }

    void read_long(const std::string &argument) {
        auto equals = argument.find('=');
        auto name = argument.substr(0, equals);
        if (argument[2] == '-' || argument[2] == '=')
            return fail(fmt::format("bad flag syntax: {}", printable(argument)));
        const auto *option = line_.command->find_option(name);
        if (option == nullptr)
            return unknown_long(name);
        if (equals != std::string::npos)
            line_.options.emplace_back(option, argument.substr(equals + 1));
        else if (!option->takes_value())
            line_.options.emplace_back(option, option->implied);
        else
            take_next(*option, fmt::format("flag needs an argument: {}", name));
    }

    void read_short(const std::string &argument) {
        for (std::size_t i = 1; i < argument.size(); ++i) {
            const auto *option = line_.command->find_option(std::string("-") + argument[i]);
            if (option == nullptr)
                return fail(fmt::format("unknown shorthand flag: '{}' in {}",
                                        printable(argument.substr(i, 1)),
                                        printable("-" + argument.substr(i))));
            auto rest = argument.substr(i + 1);
            if (rest.size() > 1 && rest.front() == '=') {
                line_.options.emplace_back(option, rest.substr(1));
                return;
            }
            if (!option->takes_value()) {
                line_.options.emplace_back(option, option->implied);
                continue;
            }
            if (!rest.empty())
                line_.options.emplace_back(option, rest);
            else
                take_next(*option, fmt::format("flag needs an argument: '{}' in {}", argument[i],
                                               printable("-" + argument.substr(i))));
            return;
        }
    }

    void take_next(const Option &option, const std::string &problem) {
        if (at_ != end_) {
            line_.options.emplace_back(&option, *at_++);
            return;
        }
        line_.expects_value = &option;
        fail(problem);
    }

    void unknown_long(const std::string &name) {
        std::vector<std::string> names;
        for (const auto *command = line_.command; command != nullptr; command = command->parent())
            for (const auto &option : command->options())
                if (!option->hidden && (command == line_.command || option->inherited))
                    names.insert(names.end(), option->names.begin(), option->names.end());
        std::erase_if(names, [](const auto &one) { return !one.starts_with("--"); });
        auto near = nearest(name, names);
        auto help = help_of(*line_.command);
        if (!near.empty())
            help = fmt::format("did you mean {}? S{}", near, help.substr(1));
        fail(fmt::format("unknown flag: {}", printable(name)), help);
    }

    Options options_;
    Line line_;
    std::vector<std::string>::const_iterator at_, end_;
};

void refuse_unknown_command(const Command &command, const std::string &name) {
    std::vector<std::string> names;
    for (const auto &one : command.commands())
        if (!one->hidden())
            names.push_back(one->name());
    auto near = nearest(name, names);
    auto help = help_of(command);
    auto path = command_path(command);
    throw usage_error(
        fmt::format("unknown command: \"{}{}{}\"", path, path.empty() ? "" : " ", printable(name)),
        near.empty() ? help : fmt::format("did you mean '{}'? S{}", near, help.substr(1)));
}

struct Count {
    std::size_t least, most;
};

Count wanted_arguments(const std::string &synopsis) {
    constexpr std::size_t any = std::string::npos;
    if (synopsis.empty())
        return {.least = 0, .most = 0};
    auto optional = static_cast<std::size_t>(std::count(synopsis.begin(), synopsis.end(), '['));
    return {.least = optional > 0 ? std::size_t{0} : std::size_t{1},
            .most = synopsis.find("...") != std::string::npos ? any
                                                              : std::max(optional, std::size_t{1})};
}

} // namespace

std::string Line::value(std::string_view name) const {
    std::string found;
    for (const auto &[option, value] : options)
        if (option->has_name("--" + std::string(name)))
            found = value;
    return found;
}

Line read_line(const Command &root, const std::vector<std::string> &arguments, Options options) {
    return Reader(root, options).read(arguments);
}

void store_line(const Line &line) {
    if (line.problem)
        throw Error(*line.problem);
    for (const auto &[option, value] : line.options) {
        try {
            option->store(value);
        } catch (const Error &error) {
            throw usage_error(fmt::format("invalid argument \"{}\" for \"{}\" flag: {}",
                                          printable(value), join(option->names, ", "),
                                          error.what()),
                              error.hint().empty() ? help_of(*line.command) : error.hint());
        }
    }
    if (line.command->arguments() != nullptr)
        *line.command->arguments() = line.arguments;
}

void check_arguments(const Command &command, const std::vector<std::string> &arguments) {
    auto count = arguments.size();
    auto [least, most] = wanted_arguments(command.synopsis());
    if (count >= least && count <= most)
        return;
    if (!command.commands().empty())
        refuse_unknown_command(command, arguments.front());
    auto plural = [](std::size_t number) { return number == 1 ? "" : "s"; };
    auto wanted = least == most ? fmt::format("requires {} argument{}", least, plural(least))
                  : count < least
                      ? fmt::format("requires at least {} argument{}", least, plural(least))
                      : fmt::format("requires at most {} argument{}", most, plural(most));
    throw usage_error(fmt::format("'berth {}' {}", command_path(command), wanted),
                      help_of(command));
}

} // namespace berth::args
