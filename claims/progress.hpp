// SPDX-License-Identifier: MIT
// Everybody gets in as often as it wants, with more threads than CPUs too: whoever holds or is
// next may have lost its CPU at any point, and the others must get past that or wait it out. A
// thread that does not get in is a hang, which the watchdog names.
//
// Locks that promise an order have no starvation either: there, everybody keeps coming until each
// has had its turns.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct progress {
    static constexpr std::string_view sentence = "everybody gets in however many come";
    static constexpr bool applies_to(const lock_facts&) { return true; }

    static verdict run(const script& with) {
        Lock lock;
        // Threads that have not had their turns yet.
        typename Machine::template atomic<std::uint32_t> waiting{with.threads};
        typename Machine::template plain<std::uint64_t> turns{0};
        std::vector<std::uint64_t> had(with.threads);
        on_team<Machine>(with, with.threads, [&](unsigned me) {
            typename Lock::node mine;
            const auto turn = [&] {
                pass(with, me, lock, mine, [&] { turns.write(turns.read() + 1); });
                ++had[me];
            };
            while (had[me] != with.rounds)
                turn();
            // relaxed, both: decides only how long to go on.
            waiting.fetch_sub(1, relaxed);
            if (Lock::traits.order != admission::unfair)
                while (waiting.load(relaxed) != 0)
                    turn();
        });
        std::uint64_t expected = 0;
        for (const auto mine : had)
            expected += mine;
        if (turns.read() == expected) return {};
        return {false, std::to_string(turns.read()) + " turns were counted, " +
                           std::to_string(expected) + " were had"};
    }
};

}  // namespace tally::stress
