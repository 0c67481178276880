// SPDX-License-Identifier: MIT
// What single_instance answers, as text: for children that can only speak.
#pragma once

#include <string>

#include "locks/process/single_instance.hpp"

namespace tally {

inline std::string to_string(instance_problem problem) {
    switch (problem) {
        case instance_problem::bad_name: return "bad_name";
        case instance_problem::no_folder: return "no_folder";
        case instance_problem::unsafe_folder: return "unsafe_folder";
        case instance_problem::folder_not_writable: return "folder_not_writable";
        case instance_problem::read_only: return "read_only";
        case instance_problem::squatted: return "squatted";
        case instance_problem::not_a_lock_file: return "not_a_lock_file";
        case instance_problem::no_locks: return "no_locks";
        case instance_problem::system: return "system";
    }
    return "?";
}

inline std::string answer_of(const single_instance& guard) {
    if (!guard.already_running()) return "free";
    const auto holder = guard.holder();
    if (!holder) return "taken";
    std::string text = "taken by " + std::to_string(holder->pid);
    if (holder->foreign_user) text += " of user " + std::to_string(*holder->foreign_user);
    return text;
}

// "free" (and held no longer), "taken by <pid>", or "<problem>: <sentence>".
inline std::string ask(const std::string& name, const instance_options& options) {
    try {
        return answer_of(single_instance(name, options));
    } catch (const instance_error& error) {
        return to_string(error.problem()) + ": " + error.what();
    }
}

}  // namespace tally
