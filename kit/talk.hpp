// SPDX-License-Identifier: MIT
// Another program that is talked to while it runs, through its standard input and output.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "kit/spawn.hpp"

namespace tally::kit {

class talk {
public:
    // What it says on standard error is heard with the rest only if asked for. Throws
    // std::system_error if it cannot be started. From now on to write to a child that has died is
    // an error of that write, and no signal.
    explicit talk(const std::vector<std::string>& command, bool with_errors = false);
    // Its input ends; it is killed if it does not end within 2 s.
    ~talk();
    talk(const talk&) = delete;
    talk& operator=(const talk&) = delete;

    pid_t pid() const noexcept { return child_; }
    int to() const noexcept { return to_.number(); }
    int from() const noexcept { return from_.number(); }

    void say(const std::string& text) noexcept;
    void close_input() noexcept { to_.close(); }
    // The next line that it prints; what there is of one when it ends, or says no more for a
    // minute.
    std::string line();

    // Its exit code, or 128 and the signal that ended it, within a minute; -1 if it runs on.
    int status();
    // It has not ended, nor does within a tenth of a second.
    bool runs_on();
    // Sends the signal and waits for the end.
    void end(int signal) noexcept;

private:
    bool ended_within(std::chrono::milliseconds time, int& status);

    pid_t child_ = -1;  // -1 once it has ended
    descriptor to_;
    descriptor from_;
};

}  // namespace tally::kit
