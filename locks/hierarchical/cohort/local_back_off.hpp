// SPDX-License-Identifier: MIT
// A cohort's local lock with backoff.
//
//   state_    free; held; or free and the global lock comes with it   (swapped by arrivals,
//                                                                      stored by the holder)
//   wanted_   1 if somebody waits                       (set by who waits, cleared by who gets in)
//
// Invariant: whoever has set wanted_ since the holder cleared it waits still: it has not been
// inside since, or it would have cleared it in turn. So a holder that sees 1 leaves nobody's global
// lock behind. Who got in may have cleared what others set; they set it anew at their next look.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class local_back_off {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t free = 0;
    static constexpr std::uint32_t held = 1;
    static constexpr std::uint32_t free_with_global = 2;

    // In nanoseconds, as ttas_backoff's, to a shorter end: fewer threads come, and from near by.
    static constexpr std::uint64_t shortest = 100;
    static constexpr std::uint64_t longest = 16 * shortest;

public:
    struct node {};

    bool lock(node&) noexcept {
        std::uint32_t before = take();
        for (std::uint64_t delay = shortest; before == held; before = take()) {
            Machine::pause_for(delay);
            if (delay != longest)
                delay *= 2;
            else
                // As in ttas_backoff. relaxed: only a hint that the swap may succeed.
                state_.await([](auto now) { return now != held; }, relaxed);
        }
        // relaxed: see the invariant; the lock itself orders those who clear it.
        wanted_.store(0, relaxed);
        return before == free_with_global;
    }

    bool others(node&) noexcept {
        // relaxed: it says that somebody waits, and nothing is read through it.
        return wanted_.load(relaxed) != 0;
    }

    // release: publishes the critical section to the next holder here.
    void pass(node&) noexcept { state_.signal_one(free_with_global, release); }
    // release: publishes this NUMA node's place at the global lock. stronger than needed: where
    // that place is nothing, as at ttas_backoff, the global lock orders all the rest.
    void unlock(node&) noexcept { state_.signal_one(free, release); }

private:
    // Says that it wants the lock, and returns what that was before: held, if it has not got it.
    std::uint32_t take() noexcept {
        // relaxed, both: see the invariant. Not stored again where it stands.
        if (wanted_.load(relaxed) == 0) wanted_.store(1, relaxed);
        // relaxed: a hint. acquire: pairs with the releases above.
        const std::uint32_t seen = state_.load(relaxed);
        return seen == held ? held : state_.exchange(held, acquire);
    }

    atomic<std::uint32_t> state_{free};
    atomic<std::uint32_t> wanted_{0};
};

}  // namespace tally
