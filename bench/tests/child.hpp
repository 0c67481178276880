// A program run by a test: what it printed, and how it ended.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace tally::tests {

struct ended {
    int exit_code = -1;  // 128 + signal if a signal ended it
    std::string out;
    std::string err;
};

struct how_to_run {
    int signal = 0;                       // to be sent, if not 0,
    std::function<bool()> signal_when{};  // once this is true; asked every 20 ms
    bool to_group = false;                // the signal goes to all that it started, as Ctrl-C does
    bool on_terminal = false;             // standard error is a terminal
    unsigned long file_limit = 0;         // bytes a file may have, as on a full disk; 0: no limit
};

// Runs to the end. A program that runs for more than 100 s is killed, and the test fails.
ended run(const std::vector<std::string>& command, const how_to_run& how = {});

}  // namespace tally::tests
