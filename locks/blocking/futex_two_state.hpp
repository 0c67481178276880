// SPDX-License-Identifier: MIT
// Futex mutex without a third state: it does not know whether anybody sleeps, and wakes always.
//
//   held_   1 while somebody is inside   (swapped by arrivals, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside; whoever sleeps does so while held_ is 1,
// or a wake-up for one sleeper is under way.
//
//   held_     0          1
//   lock      1, inside  1, sleeps
//   unlock    -          0, wakes one
//
// Unfair. The shortest lock that sleeps. Each release is a system call, whoever waits, which is the
// whole difference to futex_mutex; where the kernel is asked, the other costs nothing.
// Drepper 2004 to 2011, "Futexes Are Tricky", the first mutex; here arrivals swap where they add
// there, so that the word cannot overflow.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class futex_two_state {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Drepper 2011, the first mutex"};
    struct node {};

    void lock(node&) noexcept {
        // held_: 0 -> 1, 1 -> 1. acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0)
            // relaxed: nothing is read through it; the swap decides.
            held_.wait(1, relaxed);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        return held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder. After it the word may be
        // gone:
        // the wake-up passes an address and reads nothing there.
        held_.store(0, release);
        held_.notify_one();
    }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally
