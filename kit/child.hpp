// SPDX-License-Identifier: MIT
// Another program, run to its end: what it printed, and how it ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tally::kit {

struct child_options {
    std::vector<std::string> environment{};                       // NAME=value, in place of ours
    std::chrono::milliseconds limit = std::chrono::seconds(100);  // it is killed then
    bool errors_apart = false;            // standard error into `errors`, not into `output`
    bool on_terminal = false;             // standard error is a terminal; implies errors_apart
    bool own_group = false;               // the signal goes to all that it started, as Ctrl-C does
    std::uint64_t file_limit = 0;         // bytes that a file of it may have; 0: any number
    int signal = 0;                       // to be sent, if not 0,
    std::function<bool()> signal_when{};  // once this is true; asked every 20 ms
};

struct child_result {
    int exit_code = -1;      // -1 unless it exited
    int signal = 0;          // that ended it, if one did
    bool timed_out = false;  // killed after the time it had
    std::string output;      // standard output, and standard error with it unless that is apart
    std::string errors;

    // As a shell gives it: the exit code, or 128 and the signal.
    int status() const { return signal != 0 ? 128 + signal : exit_code; }
};

// Runs `command`, whose first word is the program's path, with nothing on its standard input.
// Throws std::system_error, which names the program, if it cannot be started.
child_result run_child(const std::vector<std::string>& command, const child_options& how = {});

// The last line of a text that has something on it: what a program complained of in the end.
std::string last_line(const std::string& text);

}  // namespace tally::kit
