// SPDX-License-Identifier: MIT
// Test-and-test-and-set with exponential backoff: who finds the lock taken, or loses the race for
// it, stays away from it, and twice as long each time.
//
//   held_   1 while somebody is inside   (swapped by arrivals that saw 0, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// Nobody looks at the lock while it stays away, so the holder keeps the line and may well enter
// again before anybody looks: that is what makes it fast, and unfair, more so than without backoff.
// The lock hardly ever changes hands, and a thread that has lost often may wait for very long; the
// lock may also stand free though somebody wants it. ttas_backoff_polling trades that the other
// way. Anderson 1990, "The Performance of Spin Lock Alternatives", after Ethernet's backoff.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class ttas_backoff {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // In nanoseconds: from about one hand-over between two cores to that of some tens in turn.
    static constexpr std::uint64_t shortest = 100;
    static constexpr std::uint64_t longest = 64 * shortest;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true, .cite = "Anderson 1990"};
    struct node {};

    void lock(node& mine) noexcept {
        for (std::uint64_t delay = shortest; !try_lock(mine);) {
            Machine::pause_for(delay);
            if (delay != longest) {
                delay *= 2;
                continue;
            }
            // Who has stayed away for the longest time and still finds the lock taken waits in its
            // machine's way: the holder may have lost its CPU.
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
