// SPDX-License-Identifier: MIT
// No lock around the interpreter: one byte in each object, with parking.
//
//   state_   0            free
//            held         somebody is inside
//            held|hungry  and one that waits has waited too long      (set by the one that waits)
//            handed       let go, for one that has waited too long    (set by the holder)
//
//   state_: 0           -> held          by anybody
//           held        -> held|hungry   by a waiter whose patience has passed
//           held        -> 0             by the holder
//           held|hungry -> handed        by the holder
//           handed      -> held          by a hungry waiter only
//
// Invariant: a hungry waiter leaves only by holding the lock, so `handed` never waits in vain.
// Unfair for the first millisecond of a wait, then handed over: barging is fast, and nobody is
// starved. The waiters are not in the byte but in the machine's parking table; that is what makes
// a lock in every object affordable. What it protects is one object during one operation, so
// `num += 1`, which is two operations, is not protected.
// Gross 2023, PEP 703; CPython 3.13, Python/lock.c (PyMutex). Parking: Pizlo 2015, WebKit.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class object_lock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint8_t held = 1;
    static constexpr std::uint8_t hungry = 2;
    static constexpr std::uint8_t handed = 4;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Gross 2023, PEP 703; CPython 3.13, lock.c"};
    // Nanoseconds: TIME_TO_BE_FAIR_NS of CPython.
    static constexpr std::uint64_t patience = 1'000'000;
    struct node {};

    void lock(node& mine) noexcept {
        if (try_lock(mine)) return;
        std::uint8_t seen = 0;
        do {
            // relaxed: only a hint that the swap may succeed; nothing is read through it.
            seen = state_.await_for([](auto now) { return now == 0; }, relaxed, patience);
            if (seen != 0) return lock_hungry(seen);
            // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing.
        } while (!state_.compare_exchange_strong(seen, held, acquire, relaxed));
    }

    bool try_lock(node&) noexcept {
        std::uint8_t seen = 0;
        // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing.
        return state_.compare_exchange_strong(seen, held, acquire, relaxed);
    }

    void unlock(node&) noexcept {
        // relaxed: only the holder lets go. A waiter that turns hungry after this look is passed
        // over this once.
        if (state_.load(relaxed) == held)
            // release: publishes the critical section to the next holder. One waiter is enough:
            // all of them want a free lock, and whoever comes in will let go in turn.
            state_.signal_one(0, release);
        else
            // release: the same. All are woken, for only the hungry may come in.
            state_.signal(handed, release);
    }

private:
    void lock_hungry(std::uint8_t seen) noexcept {
        for (;;) {
            if (seen == 0 || seen == handed) {
                // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing.
                if (state_.compare_exchange_strong(seen, held, acquire, relaxed)) return;
            } else if (seen == held) {
                // relaxed: a question to the holder; nothing is published.
                if (state_.compare_exchange_strong(seen, held | hungry, relaxed, relaxed))
                    seen = held | hungry;
            } else {
                // relaxed: tells when to try again.
                seen = state_.await([](auto now) { return now != (held | hungry); }, relaxed);
            }
        }
    }

    atomic<std::uint8_t> state_{0};
};

}  // namespace tally
