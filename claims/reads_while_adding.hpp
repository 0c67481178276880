// SPDX-License-Identifier: MIT
// read() may be called while others add: it returns what the count was at most before it and at
// least after it, and never less than what the same reader has read.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Counter>
struct reads_while_adding {
    static constexpr std::string_view sentence = "a count read while others add is in between";
    static constexpr bool applies_to(const counter_traits& counter) {
        return counter.read_any_time;
    }

    static verdict run(const script& with) {
        const std::uint64_t most = std::uint64_t{with.threads - 1} * with.rounds;
        Counter counter;
        findings found(with.threads);
        on_team<Machine>(with, with.threads, [&](unsigned me) {
            if (me == 0) {
                std::uint64_t before = 0;
                for (unsigned round = 0; round != with.rounds; ++round) {
                    const std::uint64_t now = counter.read();
                    if (now < before || now > most)
                        found.note(me, "read " + std::to_string(now) + " after " +
                                           std::to_string(before) + ", of " + std::to_string(most) +
                                           " at most");
                    before = now;
                }
                return;
            }
            typename Counter::node mine;
            for (unsigned round = 0; round != with.rounds; ++round) {
                with.at(me, step::acquiring);
                counter.add(mine, 1);
                with.at(me, step::outside);
            }
        });
        return found.conclude();
    }
};

}  // namespace tally::stress
