// SPDX-License-Identifier: MIT
// A bar on the terminal: windows done, windows left, time left. Nothing when standard error is
// not a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace tally::kit {

class progress {
public:
    explicit progress(std::size_t rows, bool on_terminal);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    // One repetition of a row is done. `row_done`: it was the row's last, for all that is known.
    // `windows_left`: how many are to come at most, of all rows.
    void step(std::string_view row_name, bool row_done, std::size_t windows_left);
    // Takes the bar away, so that a line can be printed in its place.
    void clear();

    // What step() shows, for so many columns.
    std::string text(std::string_view row_name, std::size_t columns) const;

private:
    std::size_t rows_;
    std::size_t rows_done_ = 0;
    std::size_t windows_done_ = 0;
    std::size_t windows_left_ = 0;
    bool on_terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point drawn_{};
};

// "0:07", "12:30", "1:02:03".
std::string clock_text(double seconds);

bool stderr_is_terminal() noexcept;

// How wide the terminal is that `file` is; 0 if it is none.
std::size_t terminal_columns(int file) noexcept;

}  // namespace tally::kit
