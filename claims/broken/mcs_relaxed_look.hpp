// SPDX-License-Identifier: MIT
// An MCS lock whose unlock reads the link to its successor relaxed.
//
// As with a relaxed link, seen from the other side: the successor released its `granted = 0` with
// the link, and the holder did not acquire it. Its `granted = 1` may be ordered before that 0.
#pragma once

#include "claims/faulty_mcs.hpp"
#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class mcs_relaxed_look : public faulty_mcs<Machine, mcs_flaw::relaxed_look> {
public:
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "the hand-over's granted = 1 may be ordered before the waiter's own granted = 0",
        .source =
            "DPDK rte_mcslock: patch of 2025-10-23, eal: correct memory ordering in MCS lock; "
            "VSync (Oberhauser et al. 2021)",
        .caught_by = {.checker = true},
        .missed_by = {.stress = true},
        .why_missed = "on x86 every load is an acquire",
        .weak_memory_only = true,
        .rounds = 2};
};

}  // namespace tally::broken
