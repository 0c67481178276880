// SPDX-License-Identifier: MIT
// The mutex that C++20 lets one write in four lines, on std::atomic's own wait and notify.
//
//   held_   1 while somebody is inside   (swapped by arrivals, cleared by the holder)
//
// As futex_two_state, with the standard library in the place of the kernel: what wait() does before
// it sleeps, and whether notify_one() calls the kernel when nobody waits, is the library's to
// choose.
// libstdc++ looks a few times, yields a few times, and sleeps; it counts who waits in a table
// beside the atomics, so that a notify without waiters is a load.
// Unfair.
// C++20, P1135 (Giroux et al. 2019).
#pragma once

#include <atomic>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class atomic_wait_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "C++20 std::atomic::wait, P1135"};
    struct node {};

    void lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0)
            // relaxed: nothing is read through it; the swap decides.
            held_.wait(1, relaxed);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        return held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.store(0, release);
        held_.notify_one();
    }

private:
    std::atomic<int> held_{0};
};

}  // namespace tally
