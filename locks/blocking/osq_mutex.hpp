// SPDX-License-Identifier: MIT
// Linux's mutex: who comes spins for a while, in a queue that it can leave again, and then sleeps.
//
//   held       set while somebody is inside        (set by arrivals; cleared by the holder, or not
//                                                   at all if it hands the lock over)
//   sleeping   set while somebody may sleep        (as in `parking`)
//   handoff    set while a sleeper wants the lock  (set by one that was woken and lost; cleared by
//              handed over                          the release that does so, or wakes another)
//   tail_      the last spot of the spinners'      (swapped by who comes, and by who leaves as the
//              queue, or null                       last)
//   spot.next     who stands behind it             (written by who stands there; taken away by who
//                                                   leaves or is first)
//   spot.before   who stands before it             (its own, then by who leaves there)
//   spot.first    1 when it is the first           (written by who was the first)
//
// Invariant: of those who spin only the first tries the lock. Whoever stands behind another in the
// queue is linked from there, or is about to link itself, or is leaving: `next` is taken before it
// is used, by one thread only.
// A wake-up takes longer than most critical sections: so it pays to spin, but not for all at once,
// and not for ever. Who has spun in vain for `spin_ns` takes its spot out of the queue, from
// whatever place, and sleeps in the parking lot. A sleeper that loses after it was woken asks for
// the lock to be handed over, so nobody sleeps for ever.
// Unfair: whoever comes at the right moment gets in before all who spin and sleep.
// Linux's spinners stop when the holder is not running, which a program cannot know; here time says
// so. A spot belongs to a CPU there, and to a thread here: others may look at it after it was left.
// Zijlstra 2009 (spinning) and 2014 (the queue), Linux 2.6.29 and 3.15, after the description in
// Linux's mutex-design document.
#pragma once

#include <memory>

#include "machines/contract.hpp"
#include "machines/parking_lot.hpp"

namespace tally {

template <class Machine>
class osq_mutex {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t held = 1;
    static constexpr std::uint32_t sleeping = 2;
    static constexpr std::uint32_t handoff = 4;
    // What a sleeper is told.
    static constexpr std::uint32_t race = 1;
    static constexpr std::uint32_t inside = 2;
    // Some hand-overs, or a wake-up.
    static constexpr std::uint64_t spin_ns = 10'000;

    struct alignas(cache_line) spot {
        atomic<spot*> next{nullptr};
        atomic<spot*> before{nullptr};
        atomic<std::uint32_t> first{0};
    };

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Zijlstra 2009 and 2014, Linux mutex"};
    struct node {};

    void lock(node& none) noexcept {
        if (!try_lock(none) && !spin()) sleep();
    }

    bool try_lock(node&) noexcept { return take(0); }

    void unlock(node&) noexcept {
        std::uint32_t seen = held;
        // release: publishes the critical section to the next holder. Nobody is woken: who spins
        // looks again by itself.
        if (state_.compare_exchange_strong(seen, 0, release, relaxed)) return;
        the_parking_lot<Machine>.unpark_one(this, [&](bool found, bool more) -> std::uint32_t {
            const std::uint32_t rest = more ? sleeping : 0;
            // relaxed: others add bits only, which who sleeps under the guard looks at again.
            if (found && (state_.load(relaxed) & handoff) != 0) {
                // relaxed: the lot tells the sleeper.
                state_.store(held | rest, relaxed);
                return inside;
            }
            // release: as above.
            state_.store(rest, release);
            return race;
        });
    }

private:
    // `seen`: what it may well hold, without `held`.
    bool take(std::uint32_t seen) noexcept {
        // acquire: pairs with the releases in unlock(). relaxed: a failure reads nothing through
        // it.
        while (!state_.compare_exchange_strong(seen, seen | held, acquire, relaxed))
            if ((seen & held) != 0) return false;
        return true;
    }

    bool spin() noexcept {
        spot& mine = spots_[Machine::thread_number()];
        if (!become_first(mine)) return false;
        bool entered = false;
        while (!entered) {
            // relaxed: a hint.
            const auto seen =
                state_.await_for([](auto now) { return (now & held) == 0; }, relaxed, spin_ns);
            if ((seen & held) != 0) break;
            entered = take(seen);
        }
        leave_as_first(mine);
        return entered;
    }

    void sleep() noexcept {
        std::uint32_t wish = 0;
        // What it may well hold.
        std::uint32_t seen = held;
        while (true) {
            if ((seen & held) == 0) {
                if (take(seen)) return;
                seen = held;
            }
            // relaxed, both: what is read under the guard decides.
            const std::uint32_t wanted = seen | sleeping | wish;
            if (seen != wanted && !state_.compare_exchange_strong(seen, wanted, relaxed, relaxed))
                continue;
            // relaxed: a release that wakes changes it under the guard.
            const std::uint32_t told = the_parking_lot<Machine>.park(this, [&] {
                return (state_.load(relaxed) & (held | sleeping | wish)) ==
                       (held | sleeping | wish);
            });
            if (told == inside) return;
            if (told == race) wish = handoff;
            seen = 0;
        }
    }

    // False: it has spun for long enough, and has left the queue.
    bool become_first(spot& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.first.store(0, relaxed);
        // release: publishes the prepared spot to who comes behind. acquire: pairs with that
        // release, so that our link is ordered after its preparation.
        spot* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return true;
        // relaxed: published by the link.
        mine.before.store(before, relaxed);
        // release: publishes our prepared spot to those before.
        before->next.store(&mine, release);
        // relaxed: it is the lock that hands something over, not the queue.
        if (mine.first.await_for([](auto now) { return now == 1; }, relaxed, spin_ns) == 1)
            return true;
        return !leave(mine, before);
    }

    // False: it has become the first before it could leave.
    bool leave(spot& mine, spot* before) noexcept {
        // Takes the link away by which we would be made the first, or be told who stands before.
        for (spot* us = &mine; !before->next.compare_exchange_strong(us, nullptr, relaxed, relaxed);
             us = &mine) {
            // relaxed: as in become_first().
            if (mine.first.load(relaxed) == 1) return false;
            Machine::pause();
            // relaxed: whether it still is so, its `next` says.
            before = mine.before.load(relaxed);
        }
        if (spot* const after = take_next(mine, before); after != nullptr) {
            // relaxed: as above, by who stands behind. release: publishes its prepared spot to
            // those before.
            after->before.store(before, relaxed);
            before->next.store(after, release);
        }
        return true;
    }

    void leave_as_first(spot& mine) noexcept {
        // relaxed: as in become_first().
        if (spot* const after = take_next(mine, nullptr); after != nullptr)
            after->first.signal(1, relaxed);
    }

    // Who stands behind, or null if nobody does, and then `instead` is the last.
    spot* take_next(spot& mine, spot* instead) noexcept {
        while (true) {
            spot* last = &mine;
            // tail_: &mine -> instead. release: publishes `instead`, whose `next` we took away, to
            // who comes behind it. relaxed: a failure reads nothing.
            if (tail_.compare_exchange_strong(last, instead, release, relaxed)) return nullptr;
            // acquire: pairs with the release of the link.
            if (spot* const after = mine.next.exchange(nullptr, acquire); after != nullptr)
                return after;
            Machine::pause();
        }
    }

    atomic<std::uint32_t> state_{0};
    // Apart: who comes to spin does not disturb who watches state_.
    alignas(cache_line) atomic<spot*> tail_{nullptr};
    const std::unique_ptr<spot[]> spots_{new spot[Machine::thread_limit()]};
};

}  // namespace tally
