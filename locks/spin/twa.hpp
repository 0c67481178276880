// SPDX-License-Identifier: MIT
// Ticket lock with a waiting array: who is not next waits elsewhere.
//
//   next_     the number for the next arrival                        (every arrival increments it)
//   serving_  the number that may enter                              (only the holder writes it)
//   places    of all locks: a count of who has been told to look up  (incremented by holders)
//
// Invariant: next_ - serving_ == holders + waiters (mod 2^32). Whoever waits at a place read its
// count before it saw that its turn was far, so that the holder who makes it next changes it.
// FIFO. Only the next in line reads serving_; all others wait at a place that their lock and number
// choose, and a release tells one of them to come nearer. Places are shared by chance: who is told
// by mistake looks, and goes back. In exchange a release writes a second line, whoever waits.
// Dice & Kogan 2019, "TWA: Ticket Locks Augmented with a Waiting Array".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class twa {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // Few of them where everything is explored, so that they are shared there too.
    static constexpr unsigned log2_places = Machine::is_native ? 12 : 1;

public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .next_holder_may_destroy = true, .cite = "Dice & Kogan 2019"};
    // The count's store is an addition, so no signal: parking cannot tell whether anybody sleeps.
    static constexpr std::string_view note =
        "a second shared write at each release; parked, one futex wake as well, whoever waits";
    struct node {};

    void lock(node&) noexcept {
        // relaxed: orders arrivals only; no data is read through it.
        const std::uint32_t mine = next_.fetch_add(1, relaxed);
        // relaxed: only tells how far it is.
        if (mine - serving_.load(relaxed) > 1) come_near(mine);
        // acquire: pairs with the release of serving_ in unlock().
        serving_.await([=](auto now) { return now == mine; }, acquire);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the release of serving_ in unlock().
        auto now = serving_.load(acquire);
        // relaxed, both: takes the number only if it is the one being served.
        return next_.compare_exchange_strong(now, now + 1, relaxed, relaxed);
    }

    void unlock(node&) noexcept {
        // relaxed: only the holder writes serving_.
        const std::uint32_t after = serving_.load(relaxed) + 1;
        // Chosen now: the next holder may destroy the lock.
        auto& place = place_of(after + 1);
        // release: publishes the critical section to the next holder.
        serving_.signal(after, release);
        // release: publishes serving_ to who has become the next in line.
        place.fetch_add(1, release);
        place.notify_all();
    }

private:
    // Returns when `mine` is the next in line, or the one that is served.
    void come_near(std::uint32_t mine) noexcept {
        auto& place = place_of(mine);
        for (;;) {
            // acquire: pairs with the release of the addition in unlock(), so that serving_ is read
            // as that unlock() left it.
            const std::uint32_t told = place.load(acquire);
            // relaxed: only tells how far it is.
            if (mine - serving_.load(relaxed) <= 1) return;
            // relaxed: it is read again.
            place.wait(told, relaxed);
        }
    }

    atomic<std::uint32_t>& place_of(std::uint32_t number) noexcept {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4): the low bits of an address say little.
        const std::uint64_t key = reinterpret_cast<std::uintptr_t>(this) / sizeof(twa) + number;
        return places[key * 0x9E3779B97F4A7C15ULL >> (64 - log2_places)];
    }

    inline static atomic<std::uint32_t> places[1U << log2_places]{};

    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally
