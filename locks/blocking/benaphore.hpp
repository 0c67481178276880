// SPDX-License-Identifier: MIT
// Benaphore: a count of those who want the lock, before a semaphore that is used when there are
// two.
//
//   count_    who is inside or waits              (each adds itself, and takes itself off)
//   permit_   1: one of the waiters may go in     (set by who leaves, cleared by who goes in)
//
// Invariant: count_ == 0 if and only if nobody is inside or waits. Of holder and permit there is
// one at most, and exactly one while count_ is not 0 and nobody is between its two steps.
// Who finds the count at 0 is in. Everybody else waits for the permit, and a holder that leaves
// others behind gives it: a semaphore is slow, and touched only if the count says that it must be.
// Unfair: whoever comes first after the permit takes it. An arrival cannot go in between a release
// and the waiter that it wakes unless it takes that permit, so a wake-up is never in vain.
// Schillings 1996, "Benaphores" (Be newsletter 1.26); Preshing 2015.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class benaphore {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Schillings 1996, Benaphores"};
    struct node {};

    void lock(node&) noexcept {
        // acquire: pairs with the release of the holder who left 0.
        if (count_.fetch_add(1, acquire) == 0) return;
        // permit_: 1 -> 0. acquire: pairs with the release of the holder who gave it.
        permit_.await_exchange(
            0, [](auto was) { return was == 1; }, acquire);
    }

    bool try_lock(node&) noexcept {
        std::uint32_t nobody = 0;
        // acquire: as in lock(). relaxed: a failure reads nothing through it.
        return count_.compare_exchange_strong(nobody, 1, acquire, relaxed);
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the arrival that finds 0.
        if (count_.fetch_sub(1, release) == 1) return;
        // release: publishes it to the waiter who takes the permit.
        permit_.signal_one(1, release);
    }

private:
    atomic<std::uint32_t> count_{0};
    atomic<std::uint32_t> permit_{0};
};

}  // namespace tally
