// SPDX-License-Identifier: MIT
// Test-and-test-and-set with backoff after a lost race only: the loser stays away, twice as long
// after each loss, and then watches the lock until it is free.
//
//   held_   1 while somebody is inside   (swapped by arrivals that saw 0, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// Unfair, as every lock for which arrivals race. A release is followed by few swaps, since losers
// have spread out; but whoever watches pulls the line away from the holder, who pays for that at
// its release, each time. It changes hands far more often than ttas_backoff. What that costs is a
// matter of how long a line takes from one CPU to the other: two thirds of the throughput or more
// on some machines, and nothing at all on others. After Anderson 1990, "The Performance of Spin
// Lock Alternatives"; see ttas_backoff.
#pragma once

#include <algorithm>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class ttas_backoff_polling {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // In nanoseconds: from about one hand-over between two cores to that of some tens in turn.
    static constexpr std::uint64_t shortest = 100;
    static constexpr std::uint64_t longest = 64 * shortest;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "after Anderson 1990"};
    struct node {};

    void lock(node&) noexcept {
        std::uint64_t delay = shortest;
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0) {
            Machine::pause_for(delay);
            delay = std::min(delay * 2, longest);
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
