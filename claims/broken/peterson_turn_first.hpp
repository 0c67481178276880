// SPDX-License-Identifier: MIT
// Peterson's algorithm with its first two steps exchanged: the turn is given away before the
// wish is made known.
//
// One side gives the turn away and pauses. The other gives it back, makes its wish known, sees no
// other wish and enters. The first one makes its wish known, finds that the turn is its own,
// and enters too. No memory order cures it.
#pragma once

#include "claims/specimen.hpp"
#include "claims/two_sided.hpp"

namespace tally::broken {

template <class Machine>
class peterson_turn_first : public two_sided<Machine, peterson_turn_first<Machine>> {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "Peterson 1981"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "between giving the turn away and wanting in, the other side comes and enters",
        .source = "the textbook exercise on Peterson 1981",
        .caught_by = {.stress = true, .checker = true}};

    void enter(unsigned me) noexcept {
        // Wrong: these two in this order. seq_cst, all: the order of the memory is not at fault.
        turn_.signal(1 - me, seq_cst);
        wants_[me].store(1, seq_cst);
        if (wants_[1 - me].load(seq_cst) == 0) return;
        turn_.await([=](auto whose) { return whose == me; }, seq_cst);
    }

    void leave(unsigned me) noexcept {
        wants_[me].store(0, seq_cst);
        turn_.signal(1 - me, seq_cst);
    }

private:
    atomic<std::uint32_t> wants_[2]{};
    atomic<std::uint32_t> turn_{0};
};

}  // namespace tally::broken
