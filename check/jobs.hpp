// SPDX-License-Identifier: MIT
// Many subjects, several at a time: each in a process of its own, so that one that crashes, or
// comes to no end, is a line in the report and not the end of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "check/report.hpp"

namespace tally::check {

struct job {
    subject_report known;                    // what to report if it breaks off
    std::function<subject_report()> decide;  // run in the child
};

// Runs all, up to `at_once` at a time, each for at most `seconds`; reports in the order of `jobs`.
// `done` is told of each as it ends. Throws std::system_error if no process can be started.
std::vector<subject_report> run_jobs(const std::vector<job>& jobs, unsigned at_once, double seconds,
                                     const std::function<void(const subject_report&)>& done);

}  // namespace tally::check
