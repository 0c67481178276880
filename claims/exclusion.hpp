// SPDX-License-Identifier: MIT
// Only one thread at a time is inside.
//
// Seen in two ways: a relaxed count of who is inside, which catches two at a time even where a
// lost store would hide them; and a plain word that must still hold what its writer wrote, after
// a while inside.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct exclusion {
    static constexpr std::string_view sentence = "only one thread at a time is inside";
    static constexpr bool applies_to(const lock_facts&) { return true; }

    static verdict run(const script& with) {
        Lock lock;
        typename Machine::template atomic<std::uint32_t> inside{0};
        typename Machine::template plain<std::uint32_t> last_in{0};
        findings found(with.threads);
        on_alike_team<Machine>(with, with.threads, [&](unsigned me) {
            typename Lock::node mine;
            for (unsigned round = 0; round != with.rounds; ++round) {
                with.at(me, step::acquiring);
                lock.lock(mine);
                // relaxed: counts, and orders nothing that the lock should.
                const std::uint32_t others = inside.fetch_add(1, relaxed);
                last_in.write(me);
                with.at(me, step::inside);
                const std::uint32_t seen = last_in.read();
                // relaxed: as above.
                inside.fetch_sub(1, relaxed);
                with.at(me, step::releasing);
                lock.unlock(mine);
                with.at(me, step::outside);
                if (others != 0)
                    found.note(me, "thread " + std::to_string(me) + " found " +
                                       std::to_string(others) + " inside already, in its round " +
                                       std::to_string(round));
                if (seen != me)
                    found.note(me, "thread " + std::to_string(seen) + " came in while thread " +
                                       std::to_string(me) + " was inside, in its round " +
                                       std::to_string(round));
            }
        });
        return found.conclude();
    }
};

}  // namespace tally::stress
