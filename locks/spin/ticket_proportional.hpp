// SPDX-License-Identifier: MIT
// Ticket lock with proportional backoff: who is far from its turn looks rarely.
//
//   next_     the number for the next arrival   (every arrival increments it)
//   serving_  the number that may enter         (only the holder writes it)
//
// Invariant: next_ - serving_ == holders + waiters (mod 2^32).
// FIFO. The difference of the two numbers says how many come before, so a waiter stays away for as
// long as they will take, and the line that tells it is left to the holder. Who looks too late
// keeps everybody behind it waiting, for ever the same turn long: no number fits all critical
// sections. Who comes back to find that nobody has been served waits in its machine's way: the
// holder may have lost its CPU.
// Mellor-Crummey & Scott 1991, "Algorithms for Scalable Synchronization".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class ticket_proportional {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // In nanoseconds: about one hand-over between two cores.
    static constexpr std::uint64_t each = 100;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Mellor-Crummey & Scott 1991"};
    struct node {};

    void lock(node&) noexcept {
        // relaxed: orders arrivals only; no data is read through it.
        const std::uint32_t mine = next_.fetch_add(1, relaxed);
        // relaxed: only tells how far it is.
        std::uint32_t seen = serving_.load(relaxed);
        while (mine - seen > 1) {
            Machine::pause_for(each * (mine - seen - 1));
            // relaxed: as above.
            const std::uint32_t now = serving_.load(relaxed);
            if (now == seen) break;
            seen = now;
        }
        // acquire: pairs with the release in unlock().
        serving_.await([=](auto now) { return now == mine; }, acquire);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        auto now = serving_.load(acquire);
        // relaxed, both: takes the number only if it is the one being served.
        return next_.compare_exchange_strong(now, now + 1, relaxed, relaxed);
    }

    void unlock(node&) noexcept {
        // relaxed: only the holder writes serving_.
        const std::uint32_t mine = serving_.load(relaxed);
        // release: publishes the critical section to the next holder.
        serving_.signal(mine + 1, release);
    }

private:
    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally
