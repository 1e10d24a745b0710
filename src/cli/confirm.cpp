// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/confirm.hpp"

#include "berth/util/strings.hpp"

#include <iostream>

namespace berth::cli {

bool confirm(Context &context, const std::string &warning) {
    context.out << warning << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    context.cancellation.check();
    if (answer.ends_with('\r'))
        answer.pop_back();
    return lower(answer) == "y";
}

} // namespace berth::cli
