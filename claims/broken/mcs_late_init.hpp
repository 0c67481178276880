// SPDX-License-Identifier: MIT
// An MCS lock whose waiter says that it waits after it has linked itself into the queue.
//
// Between the two the predecessor can hand over: the waiter overwrites the grant, and waits for
// ever.
#pragma once

#include "claims/faulty_mcs.hpp"
#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class mcs_late_init : public faulty_mcs<Machine, mcs_flaw::late_init> {
public:
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "the waiter sets granted = 0 after the link, perhaps over the hand-over's 1",
        .source = "the textbook mistake on Mellor-Crummey & Scott 1991",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a hang is no race"};
};

}  // namespace tally::broken
