// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/command_line.hpp"

int main(int argc, char **argv) {
    return berth::cli::run(std::vector<std::string>(argv, argv + argc));
}
