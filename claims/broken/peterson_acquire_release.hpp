// SPDX-License-Identifier: MIT
// Peterson's algorithm with release stores and acquire loads.
//
// Each side says that it wants in, gives the turn away, and then looks whether the other wants in.
// The look may come before the store is seen: then each finds that the other does not want in.
// Nothing weaker than seq_cst forbids that, and x86 does it. (A swap for the turn, which some
// write, hides it on x86.)
//
// As in all the two-sided ones, who leaves gives the turn away too, so that a waiter waits for
// one word.
#pragma once

#include "claims/specimen.hpp"
#include "claims/two_sided.hpp"

namespace tally::broken {

template <class Machine>
class peterson_acquire_release : public two_sided<Machine, peterson_acquire_release<Machine>> {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "Peterson 1981"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "the look at the other's flag may come before the own flag is seen: both enter",
        .source = "Peterson 1981, under the C++20 memory model",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed =
            "an instrumented atomic store is slow enough to be seen before the look, so "
            "the two never meet; and what it sees of the hand-overs is ordered"};

    void enter(unsigned me) noexcept {
        // Wrong: both stores and the look need seq_cst.
        wants_[me].store(1, release);
        turn_.signal(1 - me, release);
        if (wants_[1 - me].load(acquire) == 0) return;
        turn_.await([=](auto whose) { return whose == me; }, acquire);
    }

    void leave(unsigned me) noexcept {
        wants_[me].store(0, release);
        turn_.signal(1 - me, release);
    }

private:
    atomic<std::uint32_t> wants_[2]{};
    atomic<std::uint32_t> turn_{0};
};

}  // namespace tally::broken
