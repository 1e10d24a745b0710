// SPDX-License-Identifier: Apache-2.0
// The end of a forked child: it becomes the program, or exits with 127.
#pragma once

#include <string>
#include <unistd.h>
#include <vector>

namespace berth::test {

[[noreturn]] inline void exec_program(const std::vector<std::string> &argv) {
    std::vector<char *> words;
    for (const auto &word : argv)
        words.push_back(const_cast<char *>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
}

} // namespace berth::test
