// SPDX-License-Identifier: MIT
// Every add() is in the sum: a counter's own form of no_lost_update.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Counter>
struct no_lost_add {
    static constexpr std::string_view sentence = "no increment is lost";
    static constexpr bool applies_to(const counter_traits& counter) {
        return counter.exact || counter.control;
    }

    static verdict run(const script& with) {
        Counter counter;
        on_alike_team<Machine>(with, with.threads, [&](unsigned me) {
            typename Counter::node mine;
            for (unsigned round = 0; round != with.rounds; ++round) {
                with.at(me, step::acquiring);
                counter.add(mine, 1);
                with.at(me, step::outside);
            }
        });
        const std::uint64_t expected = std::uint64_t{with.threads} * with.rounds;
        const std::uint64_t counted = counter.read();
        if (counted == expected) return {};
        return {false, "counted " + std::to_string(counted) + " of " + std::to_string(expected)};
    }
};

}  // namespace tally::stress
