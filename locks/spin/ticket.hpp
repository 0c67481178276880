// SPDX-License-Identifier: MIT
// Ticket lock: take a number, wait until it is called.
//
//   next_     the number for the next arrival   (every arrival increments it)
//   serving_  the number that may enter         (only the holder writes it)
//
// Invariant: next_ - serving_ == holders + waiters (mod 2^32).
// FIFO. Every waiter re-reads one line; a descheduled waiter stops the whole queue.
// Reed & Kanodia 1979; Mellor-Crummey & Scott 1991.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class ticket {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Mellor-Crummey & Scott 1991"};
    struct node {};

    void lock(node&) noexcept {
        // relaxed: orders arrivals only; no data is read through it.
        const auto mine = next_.fetch_add(1, relaxed);
        // acquire: pairs with the release in unlock().
        serving_.await([=](auto now) { return now == mine; }, acquire);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the release in unlock(). Here, and not on the swap below, because
        // it is serving_ that the previous holder wrote.
        auto now = serving_.load(acquire);
        // relaxed, both: takes the number only if it is the one being served.
        return next_.compare_exchange_strong(now, now + 1, relaxed, relaxed);
    }

    void unlock(node&) noexcept {
        // relaxed: only the holder writes serving_.
        const auto mine = serving_.load(relaxed);
        // release: publishes the critical section to the next holder.
        serving_.signal(mine + 1, release);
    }

private:
    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally
