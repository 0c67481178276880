// SPDX-License-Identifier: MIT
// `num += 1`, run by an interpreter of one generation, loses no update.
//
// False for some generations, and that is the point: on `checked` it is decided, and where it is
// false the schedule that refutes it is the proof. Counter is tally::interpreted of a generation
// and a program. `traits.exact` says which answer is expected.
#pragma once

#include <string>
#include <string_view>

#include "claims/claim.hpp"
#include "counters/interpreted.hpp"

namespace tally::stress {

template <class Machine, class Counter>
struct interpreted_increment {
    static constexpr std::string_view sentence = "num += 1 loses no update";

    static verdict run(const script& with, const interpreter::pace& pace = {.every = 0}) {
        Counter counter(pace);
        on_alike_team<Machine>(with, with.threads, [&](unsigned) {
            typename Counter::node mine;
            counter.add(mine, with.rounds);
        });
        const std::uint64_t expected = std::uint64_t{with.threads} * with.rounds;
        const std::uint64_t counted = counter.read();
        if (counted == expected) return {};
        return {false, "counted " + std::to_string(counted) + " of " + std::to_string(expected)};
    }
};

}  // namespace tally::stress
