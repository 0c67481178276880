// SPDX-License-Identifier: MIT
// A counter and the nodes that added to it may be destroyed in any order, by any thread.
//
// Each thread adds and is done with the counter; who finds that it is the last to be done destroys
// the counter, while the others' nodes are dying, or are dead, or still to die. A machine that
// knows which memory is live sees a touch that comes too late.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Counter>
struct dies_in_any_order {
    static constexpr std::string_view sentence = "counter and nodes may die in any order";
    static constexpr bool applies_to(const counter_traits& counter) { return counter.exact; }

    static verdict run(const script& with) {
        for (unsigned round = 0; round != with.rounds; ++round) {
            auto* const counter = new Counter;
            typename meeting<Machine>::word users{with.threads};
            on_alike_team<Machine>(with, with.threads, [&](unsigned me) {
                typename Counter::node mine;
                with.at(me, step::acquiring);
                counter->add(mine, 1);
                with.at(me, step::outside);
                // acq_rel: the last to be done comes after every add().
                if (users.fetch_sub(1, acq_rel) == 1) delete counter;
            });
        }
        return {};  // a touch of freed memory is the machine's to report
    }
};

}  // namespace tally::stress
