// SPDX-License-Identifier: MIT
// Every increment inside the lock is in the final number.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct no_lost_update {
    static constexpr std::string_view sentence = "no increment is lost";
    static constexpr bool applies_to(const lock_facts&) { return true; }

    static verdict run(const script& with) {
        Lock lock;
        typename Machine::template plain<std::uint64_t> number{0};
        on_alike_team<Machine>(with, with.threads, [&](unsigned me) {
            // Made inside the thread, on its stack; read_is_exact brings nodes made before.
            typename Lock::node mine;
            for (unsigned round = 0; round != with.rounds; ++round)
                pass(with, me, lock, mine, [&] { number.write(number.read() + 1); });
        });
        const std::uint64_t expected = std::uint64_t{with.threads} * with.rounds;
        const std::uint64_t counted = number.read();
        if (counted == expected) return {};
        return {false, "counted " + std::to_string(counted) + " of " + std::to_string(expected)};
    }
};

}  // namespace tally::stress
