// SPDX-License-Identifier: MIT
// std::binary_semaphore as a lock: one permit, taken to enter and given back to leave.
//
// It has no holder: any thread may release it. With libstdc++ on Linux an atomic int that is
// spun on, then slept on by futex. Unfair.
//
// Before GCC 16 acquire() can sleep for ever beside a free permit (GCC bug 104928): it goes to
// sleep comparing with the value that it read before it tried, not with the one that it tried
// last. claims/broken/semaphore_old_look.hpp is that mistake, and the checker prints its story.
// There the lock sleeps for at most 10 ms at a time and looks again: the same instructions while
// nobody sleeps, and where one does the same call to the kernel with a time limit.
#pragma once

#include <chrono>
#include <semaphore>
#include <string_view>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class std_binary_semaphore {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "C++20 std::binary_semaphore"};
    static constexpr std::string_view note =
        "libstdc++ 12 enters the kernel at each release(), whether anybody sleeps or not: one "
        "futex "
        "wake an increment";
    struct node {};

    void lock(node&) {
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE < 16
        while (!permit_.try_acquire_for(std::chrono::milliseconds{10})) {
        }
#else
        permit_.acquire();
#endif
    }
    bool try_lock(node&) { return permit_.try_acquire(); }
    void unlock(node&) { permit_.release(); }

private:
    std::binary_semaphore permit_{1};
};

}  // namespace tally
