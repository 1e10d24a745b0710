// SPDX-License-Identifier: Apache-2.0
// A terminal for tests: the screen after the written bytes. It supports the control sequences that
// berth may use; any other one is an error. One byte is one cell here.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace berth::test {

class FakeTerminal {
  public:
    FakeTerminal(std::size_t width, std::size_t height) : width_(width), height_(height) {}

    void write(std::string_view text) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            auto byte = static_cast<unsigned char>(text[at]);
            if (byte == 0x1b)
                at = escape(text, at + 1);
            else if (byte == '\n')
                newline();
            else if (byte == '\r')
                column_ = 0;
            else if (byte < 0x20 || byte == 0x7f)
                faults.push_back("control character " + std::to_string(byte));
            else
                put(text[at]);
        }
    }

    // All lines, including those that scrolled out, without trailing spaces.
    std::vector<std::string> lines() const {
        auto result = lines_;
        for (auto &line : result)
            line.erase(line.find_last_not_of(' ') + 1);
        while (!result.empty() && result.back().empty())
            result.pop_back();
        return result;
    }
    // The number of lines that scrolled out.
    std::size_t scrolled() const { return lines_.size() > height_ ? lines_.size() - height_ : 0; }

    std::vector<std::string> faults;
    bool cursor_visible = true;

  private:
    std::string &line() {
        if (row_ >= lines_.size())
            lines_.resize(row_ + 1);
        return lines_[row_];
    }

    void newline() {
        ++row_;
        column_ = 0;
        line();
    }

    void put(char c) {
        if (column_ == width_)
            newline(); // wraps
        auto &cells = line();
        if (cells.size() <= column_)
            cells.resize(column_ + 1, ' ');
        cells[column_++] = c;
    }

    // `at` is after ESC; returns the index of the sequence's last byte.
    std::size_t escape(std::string_view text, std::size_t at) {
        auto end = text.find_first_not_of("[?0123456789;", at);
        auto sequence = std::string(text.substr(at, end - at + 1));
        auto number = static_cast<std::size_t>(std::atoi(sequence.c_str() + 1));
        if (sequence == "[?25l" || sequence == "[?25h")
            cursor_visible = sequence.back() == 'h';
        else if (sequence == "[K")
            line().resize(std::min(line().size(), column_));
        else if (sequence == "[J")
            clear_below();
        else if (sequence.back() == 'A' && number > 0)
            row_ = std::max(row_ - std::min(row_, number), scrolled());
        else if (sequence.back() != 'm')
            faults.push_back("escape sequence " + sequence);
        return end;
    }

    void clear_below() {
        line().resize(std::min(line().size(), column_));
        lines_.resize(row_ + 1);
    }

    std::size_t width_, height_;
    std::vector<std::string> lines_ = std::vector<std::string>(1);
    std::size_t row_ = 0, column_ = 0;
};

} // namespace berth::test
