#include "berth/cli/options.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

namespace berth::cli {

CLI::Option *add_repeated(CLI::App &app, const std::string &names, std::vector<std::string> &values,
                          const std::string &description) {
    return app.add_option(names, values, description)->allow_extra_args(false);
}

CLI::Option *add_value(CLI::App &app, const std::string &names, std::string &value,
                       const std::string &description) {
    return app.add_option(names, value, description)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option *add_switch(CLI::App &app, const std::string &names, bool &value,
                        const std::string &description) {
    return app.add_flag(names, value, description)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void add_arguments(CLI::App &app, const std::string &synopsis,
                   std::vector<std::string> &arguments) {
    app.add_option("arguments", arguments)->type_name(synopsis);
}

void check_arguments(const std::string &command, const std::vector<std::string> &arguments,
                     std::size_t least, std::size_t most) {
    auto count = arguments.size();
    if (count >= least && count <= most)
        return;
    auto plural = [](std::size_t number) { return number == 1 ? "" : "s"; };
    auto wanted = least == most ? fmt::format("requires {} argument{}", least, plural(least))
                  : count < least
                      ? fmt::format("requires at least {} argument{}", least, plural(least))
                      : fmt::format("requires at most {} argument{}", most, plural(most));
    throw usage_error(fmt::format("'berth {}' {}", command, wanted),
                      fmt::format("see 'berth {} --help'", command));
}

} // namespace berth::cli
