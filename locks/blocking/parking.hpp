// SPDX-License-Identifier: MIT
// Parking mutex: lets others barge, until its sleepers have been passed over for long enough.
//
//   held       set while somebody is inside     (set by arrivals; cleared by the holder, or not at
//                                                all if it hands the lock over)
//   sleeping   set while somebody may sleep     (set by who is about to sleep; cleared under the
//                                                lot's guard, by the release that wakes the last)
//   fair_at_   when a release next has to be fair   (under the lot's guard)
//
//   held,sleeping
//   lock, free            0,s -> 1,s   inside
//   lock, held            1,s -> 1,1   sleeps, if it is still 1,1 under the guard
//   unlock                1,0 -> 0,0
//   unlock, others sleep  1,1 -> 0,1 or, if it wakes the last, 0,0: who is woken has to race
//   unlock, being fair    1,1 -> 1,1 or, if it wakes the last, 1,0: who is woken is inside
//
// Invariant: as byte_lock's. A release that hands over leaves `held` set for the sleeper.
// As byte_lock, with an end to its unfairness: once in half a millisecond a release is fair. So
// most hand-overs go to a thread that is awake, and none sleeps for ever: who has slept longest is
// next.
// Unfair in numbers: how often others get in within that time is not bounded.
// d'Antras 2016, parking_lot::Mutex, after WTF::Lock of Pizlo 2015. There the time is random
// between 0 and 1 ms, and kept by the lot.
#pragma once

#include "machines/contract.hpp"
#include "machines/parking_lot.hpp"

namespace tally {

template <class Machine>
class parking {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t held = 1;
    static constexpr std::uint32_t sleeping = 2;
    // What a sleeper is told.
    static constexpr std::uint32_t race = 1;
    static constexpr std::uint32_t inside = 2;
    static constexpr std::uint64_t unfair_ns = 500'000;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "d'Antras 2016, parking_lot"};
    struct node {};

    void lock(node& none) noexcept {
        while (!try_lock(none)) {
            std::uint32_t seen = held;
            // 1,0 -> 1,1. relaxed, both: what is read under the guard decides.
            if (!state_.compare_exchange_strong(seen, held | sleeping, relaxed, relaxed) &&
                seen != (held | sleeping))
                continue;
            // relaxed: a release that wakes changes it under the guard.
            const std::uint32_t told = the_parking_lot<Machine>.park(
                this, [&] { return state_.load(relaxed) == (held | sleeping); });
            if (told == inside) return;
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: the compare-exchange decides.
        std::uint32_t seen = state_.load(relaxed);
        // 0,s -> 1,s. acquire: pairs with the releases in unlock().
        while ((seen & held) == 0)
            if (state_.compare_exchange_strong(seen, seen | held, acquire, relaxed)) return true;
        return false;
    }

    void unlock(node&) noexcept {
        std::uint32_t seen = held;
        // 1,0 -> 0,0. release: publishes the critical section to the next holder.
        if (state_.compare_exchange_strong(seen, 0, release, relaxed)) return;
        the_parking_lot<Machine>.unpark_one(this, [&](bool found, bool more) -> std::uint32_t {
            const std::uint32_t rest = more ? sleeping : 0;
            const std::uint64_t now = Machine::now();
            if (found && now >= fair_at_.read()) {
                fair_at_.write(now + unfair_ns);
                // 1,1 -> 1,more. relaxed: the lot tells the sleeper.
                state_.store(held | rest, relaxed);
                return inside;
            }
            // 1,1 -> 0,more. release: as above.
            state_.store(rest, release);
            return race;
        });
    }

private:
    atomic<std::uint32_t> state_{0};
    typename Machine::template plain<std::uint64_t> fair_at_{0};
};

}  // namespace tally
