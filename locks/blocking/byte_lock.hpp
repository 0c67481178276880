// SPDX-License-Identifier: MIT
// WebKit's Lock: two bits, and a parking lot in which those sleep who wait.
//
//   held       set while somebody is inside     (set by arrivals, cleared by the holder)
//   sleeping   set while somebody may sleep     (set by who is about to sleep; cleared under the
//                                                lot's guard, by the release that wakes the last)
//
//   held,sleeping
//   lock, free            0,s -> 1,s   inside
//   lock, held            1,s -> 1,1   sleeps, if it is still 1,1 under the guard
//   unlock                1,0 -> 0,0
//   unlock, others sleep  1,1 -> 0,1 or, if it wakes the last, 0,0
//
// Invariant: while a thread sleeps for this lock, `sleeping` is set, or a wake-up for it is under
// way. Unlike futex_mutex the release knows, from the lot, whether anybody is left.
// Unfair: who is woken has to race with whoever comes. The state fits a byte; the machine's words
// are four bytes long, because the kernel's are.
// Pizlo 2015, WTF::Lock, described in "Locking in WebKit" (2016). There a thread yields 40 times
// before it sleeps; here how long it watches is the machine's.
#pragma once

#include "machines/contract.hpp"
#include "machines/parking_lot.hpp"

namespace tally {

template <class Machine>
class byte_lock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t held = 1;
    static constexpr std::uint32_t sleeping = 2;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Pizlo 2015, WTF::Lock"};
    struct node {};

    void lock(node& none) noexcept {
        while (!try_lock(none)) {
            std::uint32_t seen = held;
            // 1,0 -> 1,1. relaxed, both: what is read under the guard decides.
            if (!state_.compare_exchange_strong(seen, held | sleeping, relaxed, relaxed) &&
                seen != (held | sleeping))
                continue;
            // relaxed: a release that wakes changes it under the guard.
            the_parking_lot<Machine>.park(
                this, [&] { return state_.load(relaxed) == (held | sleeping); });
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: the compare-exchange decides.
        std::uint32_t seen = state_.load(relaxed);
        // 0,s -> 1,s. acquire: pairs with the releases in unlock().
        while ((seen & held) == 0)
            if (state_.compare_exchange_strong(seen, seen | held, acquire, relaxed)) return true;
        return false;
    }

    void unlock(node&) noexcept {
        std::uint32_t seen = held;
        // 1,0 -> 0,0. release: publishes the critical section to the next holder.
        if (state_.compare_exchange_strong(seen, 0, release, relaxed)) return;
        the_parking_lot<Machine>.unpark_one(this, [&](bool, bool more) {
            // 1,1 -> 0,more. release: as above.
            state_.store(more ? sleeping : 0, release);
            return 1U;
        });
    }

private:
    atomic<std::uint32_t> state_{0};
};

}  // namespace tally
