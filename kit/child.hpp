// A program run as a child process: what it said, and how it ended.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tally::kit {

struct child_result {
    int exit_code = -1;      // -1 unless it exited
    int signal = 0;          // that ended it, if one did
    bool timed_out = false;  // killed after the time it had
    std::string output;      // standard output and error, as they came
};

// Runs `command` (its first word is the program's path) with `environment` (NAME=value) added to
// our own, and kills it when `limit` is over. Throws std::system_error if it cannot be started.
child_result run_child(const std::vector<std::string>& command,
                       const std::vector<std::string>& environment,
                       std::chrono::milliseconds limit);

}  // namespace tally::kit
