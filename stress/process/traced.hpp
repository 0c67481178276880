// SPDX-License-Identifier: MIT
// A child that is run instruction by instruction.
#pragma once

#include <sys/types.h>

#include <string>

namespace tally::process_stress {

class traced {
public:
    // Takes the reins of a child that has asked to be traced and then stopped itself. Throws
    // std::runtime_error if it ended instead, or if the system does not let us.
    explicit traced(pid_t pid);

    // What the child calls: asks to be traced, and stops itself.
    static void begin();

    // One instruction; a system call is one. False if the child has ended.
    bool step();

private:
    pid_t pid_;
};

// Empty if tracing works here, else why not.
std::string why_no_tracing();

}  // namespace tally::process_stress
