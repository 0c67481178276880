// SPDX-License-Identifier: MIT
// Correct, and accused by some: a std::timed_mutex, taken by try_lock_for() until that succeeds.
//
// libstdc++ asks pthread_mutex_clocklock, which the runtimes of gcc 12 and clang 14 do not
// intercept: they do not see that the mutex was taken.
#pragma once

#include <chrono>
#include <mutex>

#include "claims/specimen.hpp"

namespace tally::broken {

template <native_machine Machine>
class timed_tries {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "C++11 std::timed_mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::nothing,
        .how = "correct: a mutex taken in time is taken",
        .source = "llvm-project issue 62623, google/sanitizers issue 1620",
        .missed_by = {.tsan = true},
        .why_missed = "gcc 12's and clang 14's runtimes do not intercept pthread_mutex_clocklock"};
    struct node {};

    void lock(node&) {
        while (!mutex_.try_lock_for(std::chrono::milliseconds(1))) {
        }
    }
    void unlock(node&) { mutex_.unlock(); }

private:
    std::timed_mutex mutex_;
};

}  // namespace tally::broken
