// SPDX-License-Identifier: MIT
// Futex mutex: one word with three states, so that nobody is woken who does not sleep.
//
//   state_   0 unheld; 1 held; 2 held, and perhaps somebody sleeps
//            (arrivals change 0 to 1, or anything to 2; the holder changes it to 0)
//
// Invariant: while a thread sleeps on state_ it is 2, or a wake-up for that thread or for one
// that will restore 2 is under way. Whoever had to wait therefore takes the lock as 2, not as
// 1: it does not know whether others still sleep.
//
//   state_           0          1          2
//   lock, first try  1, inside  -          -
//   lock, waiting    2, inside  2, sleeps  2, sleeps
//   unlock           -          0          0, wakes one
//
// Unfair. Without contention a lock and its unlock are one read-modify-write each and no
// system call. Each thread that had to wait costs the next unlock a call, needed or not.
// Drepper 2004 to 2011, "Futexes Are Tricky", the second mutex; here the release is one swap in
// place of a decrement and a store.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class futex_mutex {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { unheld, held, contended };

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true, .cite = "Drepper 2011"};
    struct node {};

    void lock(node& mine) noexcept {
        if (try_lock(mine)) return;
        // state_: 0 -> 2, 1 -> 2, 2 -> 2. acquire: pairs with the release in unlock().
        while (state_.exchange(contended, acquire) != unheld)
            // relaxed: nothing is read through it; the swap decides.
            state_.wait(contended, relaxed);
    }

    bool try_lock(node&) noexcept {
        std::uint32_t expected = unheld;
        // state_: 0 -> 1. acquire: pairs with the release in unlock(). relaxed: a failure
        // reads nothing through it.
        return state_.compare_exchange_strong(expected, held, acquire, relaxed);
    }

    void unlock(node&) noexcept {
        // state_: 1 -> 0, 2 -> 0. release: publishes the critical section to the next holder.
        // After it the word may be gone: the wake-up passes an address and reads nothing there.
        if (state_.exchange(unheld, release) == contended) state_.notify_one();
    }

private:
    atomic<std::uint32_t> state_{unheld};
};

}  // namespace tally
