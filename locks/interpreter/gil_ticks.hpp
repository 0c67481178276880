// SPDX-License-Identifier: MIT
// The interpreter's lock by counting: let go and taken again every 100 byte codes or so.
//
//   held_    1 while a thread interprets              (swapped by arrivals, cleared by the holder)
//   ticks_   byte codes until the holder lets go next (the holder's only; it outlives its turn)
//
// Invariant: held_ == 0 if and only if nobody interprets.
// The global interpreter lock of CPython up to 3.1 (ceval.c, `_Py_Ticker`). Nobody is chosen: the
// holder lets go and asks again at once, mostly before the one it woke has arrived. So a hundred
// byte codes cost a release, a wake-up and a lost race, and two computing threads on two CPUs
// are slower than one. Unfair.
// In CPython on Linux the lock is a semaphore of the C library (USE_SEMAPHORES, thread_pthread.h;
// sem_post and sem_wait of glibc): a word, a count of sleepers, and a system call in the release
// whenever somebody sleeps. That is what signal_one() and await() of a parking machine are.
// It counts to below zero, so that a period is 101 byte codes; with 100, a loop of five would be
// interrupted at one and the same place for ever.
// Beazley 2009, "Inside the Python GIL" (Chicago Python user group), who measured that battle.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class gil_ticks {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "CPython 1.5-3.1, ceval.c; Beazley 2009"};
    // sys.getcheckinterval() of every version that had one.
    static constexpr std::uint32_t every_default = 100;
    struct node {};

    // `every`: as sys.setcheckinterval() takes it. At 0 each byte code lets go, and a checker sees
    // every release that any count could give: who lets go may always be the one who goes on.
    explicit gil_ticks(std::uint32_t every = every_default) noexcept
        : every_(every), ticks_(every) {}

    void lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0) {
            // relaxed: only a hint that the swap may succeed; nothing is read through it.
            held_.await([](auto now) { return now == 0; }, relaxed);
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: a hint. acquire: pairs with the release in unlock().
        return held_.load(relaxed) == 0 && held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes what was interpreted to the next holder.
        held_.signal_one(0, release);
    }

    // The holder is at a byte code where it may let go. True if it did.
    bool checkpoint(node& mine) noexcept {
        const std::uint32_t left = ticks_.read();
        ticks_.write(left != 0 ? left - 1 : every_);
        if (left != 0) return false;
        unlock(mine);
        lock(mine);
        return true;
    }

private:
    atomic<std::uint32_t> held_{0};
    const std::uint32_t every_;
    typename Machine::template plain<std::uint32_t> ticks_;
};

}  // namespace tally
