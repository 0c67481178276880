// SPDX-License-Identifier: MIT
// What the demonstration does, however its command line is read: it says whether another copy of it
// is running, and goes on if not.
#pragma once

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>

#include "locks/process/single_instance.hpp"
#include "stress/instance/until_told.hpp"

namespace tally {

// Throws instance_error. Returns the exit code.
inline int demonstrate(const std::string& name, const instance_options& options,
                       std::optional<std::chrono::milliseconds> at_most) {
    until_told told;
    const single_instance guard(name, options);
    if (guard.already_running()) {
        std::string message = "Another instance of this program is already running";
        if (const auto holder = guard.holder()) {
            message += " (pid " + std::to_string(holder->pid);
            if (holder->foreign_user) message += ", user " + std::to_string(*holder->foreign_user);
            message += ")";
        }
        std::printf("%s\n", message.c_str());
        return 0;
    }
    std::printf("No other instance is running, can continue here\n");
    std::fflush(stdout);
    told.wait(at_most);
    return 0;
}

}  // namespace tally
