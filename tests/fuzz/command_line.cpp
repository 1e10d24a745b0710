// SPDX-License-Identifier: Apache-2.0
// Command lines, and `__complete`, which shells call.
#include "berth/cli/command_line.hpp"

#include "berth/args/line.hpp"
#include "berth/cli/complete.hpp"
#include "berth/util/error.hpp"

#include "fuzz_input.hpp"

#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace berth;
    auto words = fuzz::pieces(fuzz::bytes(data, size));
    for (auto &word : words)
        std::erase(word, '\0'); // no argument has one
    args::Command app("berth", "");
    cli::GlobalOptions options;
    cli::Action action;
    cli::declare(app, options, action);
    const Environment environment({{"HOME", "/nonexistent"}, {"$(id)", "x"}});
    std::ostringstream out;
    cli::print_completion(out, cli::complete(app, words, environment), true);
    if (out.str().find('\x1b') != std::string::npos)
        __builtin_trap();
    try {
        args::store_line(args::read_line(app, words));
    } catch (const Error &) {
    }
    return 0;
}
