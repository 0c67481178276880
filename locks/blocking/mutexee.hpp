// SPDX-License-Identifier: MIT
// MUTEXEE: a mutex that would rather not wake: a holder who leaves waits for a taker that is awake.
//
//   held_       1 while somebody is inside         (swapped by arrivals, cleared by the holder)
//   sleepers_   who sleeps on held_, or is about   (added to and taken from by those threads)
//               to, or has just been woken
//
// Invariant: held_ == 0 if and only if nobody is inside; a thread that sleeps is in sleepers_, and
// somebody is inside, or is in unlock() and will look for sleepers or see that somebody else will.
// Sleeping and waking cost more energy and time than a short wait, so there are two steps that
// avoid them. An arrival watches held_ for a while before it sleeps. A release that sees sleepers
// waits a moment: if somebody takes the lock without help, the wake-up is left to that holder's
// release.
// Unfair, and more so than a mutex that wakes at once: sleepers stay asleep while others are awake.
// unlock() looks at held_ after it was cleared: the next holder must not destroy the lock.
// Falsafi, Guerraoui, Picorel, Trigonakis 2016, "Unlocking Energy".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mutexee {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // How long an arrival watches, and how long a release waits for a taker: the paper's 8000 and
    // 384 cycles, at 2.8 GHz.
    static constexpr std::uint64_t watch_ns = 2900;
    static constexpr std::uint64_t grace_ns = 140;

public:
    static constexpr lock_traits traits{.cite = "Falsafi et al. 2016, MUTEXEE"};
    struct node {};

    void lock(node& mine) noexcept {
        if (try_lock(mine)) return;
        // relaxed: a hint, here and in try_lock().
        if (held_.await_for([](auto now) { return now == 0; }, relaxed, watch_ns) == 0 &&
            try_lock(mine))
            return;
        // seq_cst, both: pair with the two in unlock(). Either that look sees us, or this swap, and
        // the comparison of whoever sleeps, sees the lock cleared.
        sleepers_.fetch_add(1, seq_cst);
        while (held_.exchange(1, seq_cst) != 0)
            // relaxed: the swap decides.
            held_.wait(1, relaxed);
        // relaxed: a holder that still sees us makes one call too many, no more.
        sleepers_.fetch_sub(1, relaxed);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the store in unlock().
        return held_.load(relaxed) == 0 && held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // seq_cst, both: see lock(). The store also publishes the critical section.
        held_.store(0, seq_cst);
        if (sleepers_.load(seq_cst) == 0) return;
        Machine::pause_for(grace_ns);
        // relaxed: what it reads is as new as the store above. Another's 1 says that a holder has
        // come since, who will look for sleepers in turn.
        if (held_.load(relaxed) == 0) held_.notify_one();
    }

private:
    atomic<std::uint32_t> held_{0};
    atomic<std::uint32_t> sleepers_{0};
};

}  // namespace tally
