// SPDX-License-Identifier: MIT
// Between bursts of add(), when nobody adds, read() is the exact sum: after the first burst, and
// again after a second one that starts from there. Threads bring nodes that were made before they
// existed and that serve in both bursts; amounts differ, so that a lost one cannot hide behind
// another counted twice.
#pragma once

#include <string_view>
#include <vector>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Counter>
struct read_is_exact {
    static constexpr std::string_view sentence = "read is exact when nobody adds";
    static constexpr bool applies_to(const counter_traits& counter) {
        return counter.exact || counter.control;
    }

    static verdict run(const script& with) {
        Counter counter;
        std::vector<typename Counter::node> nodes(with.threads);
        std::uint64_t expected = 0;
        for (unsigned burst = 1; burst != 3; ++burst) {
            on_team<Machine>(with, with.threads, [&](unsigned me) {
                for (unsigned round = 0; round != with.rounds; ++round) {
                    with.at(me, step::acquiring);
                    counter.add(nodes[me], amount(me, round));
                    with.at(me, step::outside);
                }
            });
            for (unsigned me = 0; me != with.threads; ++me)
                for (unsigned round = 0; round != with.rounds; ++round)
                    expected += amount(me, round);
            const std::uint64_t counted = counter.read();
            if (counted != expected)
                return {false, "read " + std::to_string(counted) + " after burst " +
                                   std::to_string(burst) + ", the sum is " +
                                   std::to_string(expected)};
        }
        return {};
    }

private:
    static std::uint64_t amount(unsigned me, unsigned round) noexcept {
        return 1 + (std::uint64_t{me} * 7 + round) % 13;
    }
};

}  // namespace tally::stress
