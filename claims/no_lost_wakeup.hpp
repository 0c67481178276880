// SPDX-License-Identifier: MIT
// Who parks until a word has a value is woken by whoever stores it.
//
// The claim is about the table, not about a lock: thread 0 signals, all others wait. A wake-up
// that is lost leaves a thread asleep for ever, which the checker reports as a deadlock.
#pragma once

#include <string_view>

#include "claims/claim.hpp"
#include "machines/parking.hpp"

namespace tally::stress {

template <class Machine, class Table>
struct no_lost_wakeup {
    static constexpr std::string_view sentence = "no wake-up is lost";

    // One value for all: everybody is woken, by signal.
    static verdict run(const script& with) {
        Table table;
        typename Machine::template atomic<std::uint32_t> word{0};
        typename Machine::template plain<std::uint32_t> data{0};
        findings found(with.threads);
        on_team<Machine>(with, with.threads, [&](unsigned me) {
            for (std::uint32_t round = 1; round <= with.rounds; ++round) {
                if (me == 0) {
                    if (round == 1) data.write(1);
                    table.signal(word, round);
                    continue;
                }
                table.await(word, [=](auto n) { return n >= round; });
                if (data.read() != 1) found.note(me, "woken before the data were there");
            }
        });
        return found.conclude();
    }
};

// One value for one: whoever is woken takes it, and signals for the next in turn.
template <class Machine, class Table>
struct no_lost_baton {
    static constexpr std::string_view sentence = "a baton passed by signal_one gets round";

    static verdict run(const script& with) {
        Table table;
        typename Machine::template atomic<std::uint32_t> baton{0};  // 1: free to take
        on_team<Machine>(with, with.threads, [&](unsigned me) {
            if (me == 0) {
                table.signal(baton, 1U, true);
                return;
            }
            std::uint32_t there = 1;
            // acquire: pairs with the store in signal().
            while (!baton.compare_exchange_strong(there, 0, acquire, relaxed)) {
                table.await(baton, [](auto n) { return n == 1; });
                there = 1;
            }
            table.signal(baton, 1U, true);
        });
        return {};
    }
};

}  // namespace tally::stress
