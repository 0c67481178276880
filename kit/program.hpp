// SPDX-License-Identifier: MIT
// The two ends of a program: what main() does before and after its work, the same in all of them.
#pragma once

#include <string_view>

namespace tally::kit {

// Runs body(argc, argv) and returns the exit code of the program `name`:
//
//   body's own    if it returned, and what it printed has arrived
//   2             if it threw bad_input: one line on standard error says what was wrong
//   1             if it threw, or if what it printed could not be written (a full disk): one line
//                 on standard error says why
//
// Who reads the output may leave early (`| head -1`): that ends the printing and nothing else, and
// is no error. A standard stream that was closed by who started us is given /dev/null to write to,
// or a file that is opened later would take its number and the messages with it. A file that may
// not grow any further (ulimit -f) is an error of its write, and no signal.
int run_program(std::string_view name, int (*body)(int, char**), int argc, char** argv) noexcept;

}  // namespace tally::kit
