// SPDX-License-Identifier: MIT
#include "kit/progress.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "kit/output.hpp"

namespace tally::kit {

std::string clock_text(double seconds) {
    const auto whole = static_cast<long>(seconds + 0.5);
    return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                         : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

progress::progress(std::size_t rows, bool on_terminal) : rows_(rows), on_terminal_(on_terminal) {}

progress::~progress() { clear(); }

std::string progress::text(std::string_view row_name, std::size_t columns) const {
    constexpr std::size_t bar_width = 24;
    const std::size_t windows = windows_done_ + windows_left_;
    const std::size_t filled = windows != 0 ? bar_width * windows_done_ / windows : bar_width;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began_;
    const double left = windows_done_ != 0 ? spent.count() / static_cast<double>(windows_done_) *
                                                 static_cast<double>(windows_left_)
                                           : 0;
    std::string line =
        fmt::format("[{:=<{}}{:<{}}] {} of {} windows, {} of {} rows done, {} left, {} to go  {}",
                    "", filled, "", bar_width - filled, windows_done_, windows, rows_done_, rows_,
                    rows_ - rows_done_, clock_text(left), row_name);
    if (line.size() > columns) line.resize(columns);
    return line;
}

void progress::step(std::string_view row_name, bool row_done, std::size_t windows_left) {
    ++windows_done_;
    windows_left_ = windows_left;
    if (row_done) ++rows_done_;
    if (!on_terminal_) return;
    // Drawing is work between windows: a few times a second is enough.
    const auto now = std::chrono::steady_clock::now();
    if (shown_ && now - drawn_ < std::chrono::milliseconds(200)) return;
    drawn_ = now;
    shown_ = true;
    kit::complain(fmt::format("\r\033[K{}", text(row_name, terminal_columns(STDERR_FILENO) - 1)));
    std::fflush(stderr);
}

void progress::clear() {
    if (!shown_) return;
    kit::complain("\r\033[K");
    std::fflush(stderr);
    shown_ = false;
}

bool stderr_is_terminal() noexcept { return isatty(STDERR_FILENO) != 0; }

std::size_t terminal_columns(int file) noexcept {
    if (isatty(file) == 0) return 0;
    winsize size{};
    if (ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

}  // namespace tally::kit
