// SPDX-License-Identifier: MIT
// Patience: how long a waiter that may sleep watches its word first.
//
// A waiter that sleeps costs its signaller a system call and the next holder a wake-up. In a
// queue the others wait for whoever is being woken: where their patience is shorter than that
// wake-up they fall asleep over it, have to be woken in turn, and so each sleep causes the next,
// although every thread has a CPU. So where there is a CPU for every waiter, patience is several
// times the measured cost of a wake-up. (As long as a wake-up, and the waiting costs at most twice
// what it would with foreknowledge: Karlin, Li, Manasse, Owicki 1991.)
//
// Where there are more waiters than CPUs, a watcher keeps the CPU from the one that it waits for:
// patience ends after `short_patience` reads.
//
// Waiters are counted once those reads have been in vain, so that a hand-over between running
// threads touches no count.
#pragma once

#include <cstdint>

namespace tally {

// Reads, each followed by a spin hint: a hand-over between two running threads takes well under a
// microsecond.
inline constexpr int short_patience = 100;

// From the call that wakes a sleeper to the sleeper's next step, on another CPU, in nanoseconds:
// the lower quartile of several wake-ups, measured before the first team of this process begins.
// 0 where it is not known: no team has begun yet, or there is one CPU only.
double wake_up_ns() noexcept;

// Measures it, unless that has been tried before. Starts two threads; takes about a millisecond.
void measure_wake_up() noexcept;

// One waiter of this process, counted for as long as it watches or sleeps.
class counted_waiter {
public:
    counted_waiter() noexcept;
    ~counted_waiter();
    counted_waiter(const counted_waiter&) = delete;
    counted_waiter& operator=(const counted_waiter&) = delete;

    // How many more reads it has patience for.
    std::uint32_t reads() const noexcept { return reads_; }

private:
    std::uint32_t reads_;
};

// A waiter that nobody counts, and whose patience is the short one.
struct uncounted_waiter {
    static constexpr std::uint32_t reads() noexcept { return 0; }
};

}  // namespace tally
