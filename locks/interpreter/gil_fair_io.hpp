// SPDX-License-Identifier: MIT
// The interpreter's lock with two classes of waiters: who comes back from I/O is served first.
//
//   turn_     who may interpret, in one word                (see the table)
//   urgent_   waiters that come from outside (from I/O)     (each counts itself in, and out once
//                                                            it holds the lock)
//   ran_      the last turn that began                      (written by each holder as it comes in)
//
//   turn_: number, reserved, asked, held
//     n, 0, 0, 1 -> n, 0, 1, 1     by an urgent waiter at once, by another after the interval
//     n, 0, *, 1 -> n, 1, *, 0     by the holder, when urgent_ > 0: only they may come in
//     n, 0, *, 1 -> n, 0, *, 0     by the holder, else
//     n, *, *, 0 -> n+1, 0, 0, 1   by whoever comes next
//
// Invariant: urgent waiters leave only by holding the lock, and count themselves out inside it;
// so a holder that reads urgent_ > 0 reserves for somebody who is there.
// lock() is the way in from outside, and urgent; a thread that was made to let go at a checkpoint
// waits patiently. That answers the convoy, and lets a thread that does nothing but short I/O
// keep a computing one waiting. Unfair. A proposal: no CPython has shipped it.
// Beazley 2010, "Understanding the Python GIL" (PyCon 2010), priorities; Python issue 7946.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class gil_fair_io {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t held = 1;
    static constexpr std::uint32_t asked = 2;
    static constexpr std::uint32_t reserved = 4;
    static constexpr std::uint32_t next_turn = 8;
    static constexpr std::uint32_t number_of(std::uint32_t turn) { return turn / next_turn; }
    enum class waiter : std::uint8_t { patient, urgent };

public:
    static constexpr lock_traits traits{.cite = "Beazley 2010, Python issue 7946"};
    static constexpr std::uint64_t interval_default = 5'000'000;  // nanoseconds
    struct node {};

    explicit gil_fair_io(std::uint64_t interval = interval_default) noexcept
        : interval_(interval) {}

    void lock(node& mine) noexcept {
        if (try_lock(mine)) return;
        // relaxed: counted in before the wait; the holder who misses it lets in anybody.
        urgent_.fetch_add(1, relaxed);
        come_in(waiter::urgent);
        // relaxed: published to the next holder by the release in unlock().
        urgent_.fetch_sub(1, relaxed);
    }

    bool try_lock(node&) noexcept {
        // relaxed: a first look; the swap in begin() does the work.
        auto seen = turn_.load(relaxed);
        return begin(seen, waiter::patient);
    }

    void unlock(node&) noexcept {
        // relaxed, both: while we hold it, others only ask, and count themselves in.
        const auto mine = turn_.load(relaxed);
        const auto first = urgent_.load(relaxed) != 0 ? reserved : 0;
        // release: publishes what was interpreted to the next holder. A question asked since the
        // look is overwritten; whoever asked sees the word change and comes in.
        turn_.signal((mine & ~held) | first, release);
        if ((mine & asked) == 0) return;
        // relaxed: it only tells that somebody else has run.
        ran_.await([=](auto last) { return last != number_of(mine); }, relaxed);
    }

    // The holder is at a byte code where it may let go. True if it did.
    bool checkpoint(node& mine) noexcept {
        // relaxed: a question that is seen late is answered at the next byte code.
        if ((turn_.load(relaxed) & asked) == 0) return false;
        unlock(mine);
        come_in(waiter::patient);
        return true;
    }

private:
    void come_in(waiter kind) noexcept {
        // relaxed, all: they decide when to try, and nothing is read through them.
        auto seen = turn_.load(relaxed);
        while (!begin(seen, kind)) {
            const auto changed = [=](auto now) { return now != seen; };
            if ((seen & held) == 0 || (seen & asked) != 0) {
                seen = turn_.await(changed, relaxed);
                continue;
            }
            if (kind == waiter::patient) {
                const auto now = turn_.await_for(changed, relaxed, interval_);
                if (now != seen) {
                    seen = now;
                    continue;
                }
            }
            if (turn_.compare_exchange_strong(seen, seen | asked, relaxed, relaxed)) seen |= asked;
        }
    }

    // Begins the turn after `seen`, if this kind of waiter may; else `seen` is what is there now.
    bool begin(std::uint32_t& seen, waiter kind) noexcept {
        const std::uint32_t closed = kind == waiter::urgent ? held : held | reserved;
        while ((seen & closed) == 0) {
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
    atomic<std::uint32_t> urgent_{0};
    atomic<std::uint32_t> ran_{0};
    const std::uint64_t interval_;
};

}  // namespace tally
