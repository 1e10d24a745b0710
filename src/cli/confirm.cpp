// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/confirm.hpp"

#include "berth/process/standard_input.hpp"
#include "berth/util/strings.hpp"

namespace berth::cli {

std::string read_answer(const Context &context) {
    process::StandardInput in(context.cancellation);
    std::string answer;
    for (char byte = 0; in.read(&byte, 1) == 1 && byte != '\n';)
        answer += byte;
    return answer;
}

bool confirm(Context &context, const std::string &warning) {
    context.out << warning << " [y/N] " << std::flush;
    auto answer = read_answer(context);
    if (answer.ends_with('\r'))
        answer.pop_back();
    return lower(answer) == "y";
}

} // namespace berth::cli
