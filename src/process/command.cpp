// SPDX-License-Identifier: Apache-2.0
#include "berth/process/command.hpp"

#include "berth/util/strings.hpp"

namespace berth::process {

std::string to_shell(const Command &command) {
    std::vector<std::string> words;
    for (const auto &[name, value] : command.environment) // the value may be a secret
        words.push_back(name + "=\"$" + name + "\"");
    for (const auto &word : command.argv)
        words.push_back(shell_quote(word));
    return join(words, " ");
}

} // namespace berth::process
