// SPDX-License-Identifier: MIT
// Test-and-test-and-set that looks 16 times with a pause in between, and from then on gives the CPU
// away between two looks.
//
//   held_   1 while somebody is inside   (swapped by arrivals that saw 0, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// How often to look before the CPU is given away is the parameter of such locks: with too few looks
// a short critical section costs a system call, with too many a holder that has lost its CPU is
// waited for in vain. 16 pauses are 0.2 to 1 us, as long as a few hand-overs. The scheduler is not
// told whom one waits for, and may well choose another waiter.
// Unfair: a waiter may be overtaken for ever. Nobody sleeps, so the waiters of a lock that is held
// for long burn their CPUs.
// Skarupke 2019, "Measuring Mutexes, Spinlocks and how Bad the Linux Scheduler Really is", which
// compares such locks; the number is ours.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class spin_then_yield {
    static constexpr unsigned pauses = 16;

public:
    static constexpr lock_traits traits{
        .waiting = waits::itself, .next_holder_may_destroy = true, .cite = "Skarupke 2019"};
    struct node {};

    void lock(node& none) noexcept {
        for (unsigned looks = 0; !try_lock(none);) {
            if (looks != pauses) {
                ++looks;
                Machine::pause();
            } else {
                Machine::yield();
            }
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: a hint. acquire: pairs with the release in unlock().
        return held_.load(relaxed) == 0 && held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.store(0, release);
    }

private:
    typename Machine::template atomic<std::uint32_t> held_{0};
};

}  // namespace tally
