// SPDX-License-Identifier: MIT
// Test-and-test-and-set lock: look until it is free, and only then swap.
//
//   held_   1 while somebody is inside   (swapped by arrivals that saw 0, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// Unfair. Waiters share the line and read it in their own caches; at each release all of them
// try at once, and all but one fail.
// Rudolph & Segall 1984, "Dynamic Decentralized Cache Schemes for MIMD Parallel Processors".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class ttas {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Rudolph & Segall 1984"};
    struct node {};

    void lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0) {
            // relaxed: only a hint that the swap may succeed; nothing is read through it.
            held_.await([](auto now) { return now == 0; }, relaxed);
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: a hint. acquire: pairs with the release in unlock().
        return held_.load(relaxed) == 0 && held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.signal_one(0, release);
    }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally
