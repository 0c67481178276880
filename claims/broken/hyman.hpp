// SPDX-License-Identifier: MIT
// Hyman's algorithm: a simpler solution for two, published in 1966 and refuted the same year.
//
// A side that has not the turn waits until the other does not want in, and then takes the turn.
// Between its look and its taking, the side that has the turn can walk in.
#pragma once

#include "claims/specimen.hpp"
#include "claims/two_sided.hpp"

namespace tally::broken {

template <class Machine>
class hyman : public two_sided<Machine, hyman<Machine>> {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "Hyman 1966"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "between the look at the other's wish and taking the turn, the other may enter",
        .source = "Hyman 1966, CACM 9(1); refuted by Knuth 1966, CACM 9(5)",
        .caught_by = {.checker = true}};

    void enter(unsigned me) noexcept {
        // seq_cst, all: the order of the memory is not at fault.
        wants_[me].store(1, seq_cst);
        while (turn_.load(seq_cst) != me) {
            wants_[1 - me].await([](auto wish) { return wish == 0; }, seq_cst);
            turn_.store(me, seq_cst);  // wrong: what was seen may be over
        }
    }

    void leave(unsigned me) noexcept { wants_[me].signal(0, seq_cst); }

private:
    atomic<std::uint32_t> wants_[2]{};
    atomic<std::uint32_t> turn_{0};
};

}  // namespace tally::broken
