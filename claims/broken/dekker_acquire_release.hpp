// SPDX-License-Identifier: MIT
// Dekker's algorithm with release stores and acquire loads.
//
// The oldest solution for two: make the wish known, and while the other wants in too, whoever has
// not the turn takes its wish back until it has. As in Peterson's, the look at the other's wish may
// come before the own one is seen, and both enter.
#pragma once

#include "claims/specimen.hpp"
#include "claims/two_sided.hpp"

namespace tally::broken {

template <class Machine>
class dekker_acquire_release : public two_sided<Machine, dekker_acquire_release<Machine>> {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "Dekker, in Dijkstra 1965"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "the look at the other's flag may come before the own flag is seen: both enter",
        .source = "Dijkstra 1965, Cooperating Sequential Processes, under the C++20 memory model",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed =
            "an instrumented atomic store is slow enough to be seen before the look, so "
            "the two never meet; and what it sees of the hand-overs is ordered"};

    void enter(unsigned me) noexcept {
        const unsigned other = 1 - me;
        // Wrong: each store of the own wish and each look at the other's needs seq_cst.
        wants_[me].store(1, release);
        while (wants_[other].load(acquire) != 0) {
            if (turn_.load(relaxed) == me) {
                wants_[other].await([](auto wish) { return wish == 0; }, acquire);
                return;
            }
            wants_[me].signal(0, release);
            turn_.await([=](auto whose) { return whose == me; }, relaxed);
            wants_[me].store(1, release);
        }
    }

    void leave(unsigned me) noexcept {
        turn_.signal(1 - me, relaxed);
        wants_[me].signal(0, release);
    }

private:
    atomic<std::uint32_t> wants_[2]{};
    atomic<std::uint32_t> turn_{0};
};

}  // namespace tally::broken
