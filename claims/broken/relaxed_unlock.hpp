// SPDX-License-Identifier: MIT
// Broken: a test-and-test-and-set lock whose unlock publishes nothing.
//
//   held_   1 while somebody is inside   (swapped by arrivals that saw 0, cleared by the holder)
//
// The store that releases the lock is relaxed, so what the holder wrote inside need not be seen by
// the next one. x86 keeps stores in order and the count comes out right all the same: only a
// detector that reasons about order, and not about outcomes, can catch it. (Where waiters park,
// signal() is a seq_cst store whatever is asked for, and the bug is not there.)
#pragma once

#include "claims/specimen.hpp"
#include "machines/contract.hpp"

namespace tally::broken {

template <class Machine>
class relaxed_unlock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "Rudolph & Segall 1984, weakened"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "unlock() stores relaxed, so nothing orders one critical section before the next",
        .source = "textbook; C++20 [intro.races]",
        .caught_by = {.tsan = true, .checker = true},
        .missed_by = {.stress = true},
        .why_missed = "x86 keeps stores in program order, so the number comes out right",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        // acquire: would pair with a release in unlock(), which is not there.
        while (held_.exchange(1, acquire) != 0) {
            // relaxed: only a hint that the swap may succeed.
            held_.await([](auto now) { return now == 0; }, relaxed);
        }
    }

    void unlock(node&) noexcept {
        // relaxed: the bug.
        held_.signal_one(0, relaxed);
    }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
