// SPDX-License-Identifier: MIT
// Partitioned ticket lock: a ticket lock that calls its numbers at several counters in turn.
//
//   next_           the number for the next arrival   (every arrival increments it)
//   part.serving    the number called there last      (only the holder before writes it)
//   mine_           the holder's number               (the holder)
//
// Invariant: number n is called at part n modulo their count, after every number below it.
// FIFO. Waiters spread over as many lines as there are parts, so a release disturbs few of them,
// and with no more waiters than parts only the one that it lets in. Unlike an array lock it is
// right for any number of threads: who shares a part waits for another number.
// Dice 2011, "Brief Announcement: A Partitioned Ticket Lock".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class partitioned_ticket {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;

    struct alignas(cache_line) part {
        atomic<std::uint32_t> serving{0};
    };
    // A power of two, so that parts go on in turn where the numbers begin again.
    static constexpr std::uint32_t parts = 4;

public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .next_holder_may_destroy = true, .cite = "Dice 2011"};
    struct node {};

    void lock(node&) noexcept {
        // relaxed: orders arrivals only; no data is read through it.
        const std::uint32_t mine = next_.fetch_add(1, relaxed);
        // acquire: pairs with the release in unlock().
        part_of(mine).await([=](auto now) { return now == mine; }, acquire);
        mine_.write(mine);
    }

    bool try_lock(node&) noexcept {
        // relaxed: the two accesses below decide.
        std::uint32_t mine = next_.load(relaxed);
        // acquire: pairs with the release in unlock().
        if (part_of(mine).load(acquire) != mine) return false;
        // relaxed, both: takes the number only if it is still the next one, and it is called.
        if (!next_.compare_exchange_strong(mine, mine + 1, relaxed, relaxed)) return false;
        mine_.write(mine);
        return true;
    }

    void unlock(node&) noexcept {
        const std::uint32_t after = mine_.read() + 1;
        // release: publishes the critical section to the next holder.
        part_of(after).signal(after, release);
    }

private:
    atomic<std::uint32_t>& part_of(std::uint32_t number) noexcept {
        return parts_[number % parts].serving;
    }

    part parts_[parts]{};
    alignas(cache_line) atomic<std::uint32_t> next_{0};
    plain<std::uint32_t> mine_{0};
};

}  // namespace tally
