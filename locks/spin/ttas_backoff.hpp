// Test-and-test-and-set with exponential backoff: who loses a race for the lock stays away, and
// twice as long after each loss.
//
//   held_   1 while somebody is inside   (swapped by arrivals that saw 0, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// Unfair, more so than without backoff: a newcomer's delay is short and a loser's is long. In
// exchange a release is followed by a few swaps and not by one from each waiter, and the lock
// may stand free for a while though somebody wants it.
// Anderson 1990, "The Performance of Spin Lock Alternatives", after Ethernet's backoff.
#pragma once

#include <algorithm>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class ttas_backoff {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // In pauses, of roughly 10 to 40 ns each: from less than one hand-over between two cores to
    // that of some tens of waiters in turn.
    static constexpr unsigned shortest = 4;
    static constexpr unsigned longest = 256;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true, .cite = "Anderson 1990"};
    struct node {};

    void lock(node&) noexcept {
        unsigned delay = shortest;
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0) {
            for (unsigned pauses = 0; pauses != delay; ++pauses)
                Machine::pause();
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
