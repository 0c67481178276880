// SPDX-License-Identifier: MIT
// The interpreter's lock by asking: a waiter asks for it when the interval has passed, and the
// holder who lets go for that reason waits until somebody else has run.
//
//   turn_    who may interpret, in one word   (see the table)
//   ran_     the last turn that began         (written by each holder as it comes in)
//
//   turn_: number, asked, held
//     n, 0, 1 -> n, 1, 1     by a waiter, once turn n has lasted for the interval
//     n, *, 1 -> n, *, 0     by the holder: it lets go
//     n, *, 0 -> n+1, 0, 1   by whoever comes next
//
// Invariant: while turn_ says asked, the one who asked is still waiting. So the holder who has
// let go and waits for another turn to begin is never the last one there.
// The global interpreter lock of CPython 3.2 and later (ceval_gil.h). There a mutex and two
// condition variables guard the same fields; here the fields fit one word, and the machine's
// await_for is the condition. `ran_` is CPython's `switch_cond`: forced switching.
// Unfair: forced switching says that another thread runs next, not which one. Its weakness is
// the convoy: a thread that comes back from I/O waits for a whole interval each time.
// Pitrou 2009, "Reworking the GIL" (python-dev); Beazley 2010, "Understanding the Python GIL".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class gil_interval {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t held = 1;
    static constexpr std::uint32_t asked = 2;
    static constexpr std::uint32_t next_turn = 4;
    static constexpr std::uint32_t number_of(std::uint32_t turn) { return turn / next_turn; }

public:
    static constexpr lock_traits traits{.cite = "CPython 3.2, ceval_gil.h; Pitrou 2009"};
    // Nanoseconds: sys.getswitchinterval() is 5 ms.
    static constexpr std::uint64_t interval_default = 5'000'000;
    struct node {};

    explicit gil_interval(std::uint64_t interval = interval_default) noexcept
        : interval_(interval) {}

    void lock(node&) noexcept {
        // relaxed: a first look; the swap in begin() does the work.
        auto seen = turn_.load(relaxed);
        while (!begin(seen)) {
            const auto changed = [=](auto now) { return now != seen; };
            // relaxed, all three: they decide when to try, and nothing is read through them.
            if ((seen & asked) != 0) {
                seen = turn_.await(changed, relaxed);
                continue;
            }
            const auto now = turn_.await_for(changed, relaxed, interval_);
            if (now != seen)
                seen = now;
            else if (turn_.compare_exchange_strong(seen, seen | asked, relaxed, relaxed))
                seen |= asked;
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: as in lock().
        auto seen = turn_.load(relaxed);
        return (seen & held) == 0 && begin(seen);
    }

    void unlock(node&) noexcept {
        // relaxed: while we hold it, others only add the question.
        const auto mine = turn_.load(relaxed);
        // release: publishes what was interpreted to the next holder. A question asked between
        // these two lines is overwritten; whoever asked sees the word change and comes in.
        turn_.signal(mine & ~held, release);
        if ((mine & asked) == 0) return;
        // relaxed: it only tells that somebody else has run.
        ran_.await([=](auto last) { return last != number_of(mine); }, relaxed);
    }

    // The holder is at a byte code where it may let go. True if it did.
    bool checkpoint(node& mine) noexcept {
        // relaxed: a question that is seen late is answered at the next byte code.
        if ((turn_.load(relaxed) & asked) == 0) return false;
        unlock(mine);
        lock(mine);
        return true;
    }

private:
    // Begins the turn after `seen`, if nobody holds it; else `seen` is what is there now.
    bool begin(std::uint32_t& seen) noexcept {
        while ((seen & held) == 0) {
            const std::uint32_t mine = (number_of(seen) + 1) * next_turn;
            // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing.
            if (turn_.compare_exchange_strong(seen, mine | held, acquire, relaxed)) {
                // relaxed: only the holder writes it; see unlock().
                ran_.signal(number_of(mine), relaxed);
                return true;
            }
        }
        return false;
    }

    atomic<std::uint32_t> turn_{0};
    atomic<std::uint32_t> ran_{0};
    const std::uint64_t interval_;
};

}  // namespace tally
