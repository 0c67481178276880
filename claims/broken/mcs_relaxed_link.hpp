// SPDX-License-Identifier: MIT
// An MCS lock whose link to the predecessor is a relaxed store.
//
// The predecessor may see the link before it sees the successor's own `granted = 0`. Its hand-over,
// `granted = 1`, may then come before that 0 in the order of the word's stores, and is lost.
// It hangs, on weakly ordered hardware, once in a long while. Nothing races, save where the waiting
// thread made the node itself: then only this link orders its making before the grant.
#pragma once

#include "claims/faulty_mcs.hpp"
#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class mcs_relaxed_link : public faulty_mcs<Machine, mcs_flaw::relaxed_link> {
public:
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "the waiter's own granted = 0 may be ordered after the hand-over's granted = 1",
        .source = "Linux commit 95bcade33a8a (qspinlock)",
        .caught_by = {.checker = true},
        .missed_by = {.stress = true},
        .why_missed = "x86 stores become visible in program order",
        .weak_memory_only = true};
};

}  // namespace tally::broken
