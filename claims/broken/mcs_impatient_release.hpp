// SPDX-License-Identifier: MIT
// An MCS lock whose unlock leaves when it finds neither a link nor itself as the last.
//
// Then somebody has joined the queue and is about to link itself: it will wait, and nobody is left
// to hand the lock over.
#pragma once

#include "claims/faulty_mcs.hpp"
#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class mcs_impatient_release : public faulty_mcs<Machine, mcs_flaw::impatient_release> {
public:
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "unlock does not wait for the successor's link, and hands over to nobody",
        .source = "the textbook mistake on Mellor-Crummey & Scott 1991",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a hang is no race"};
};

}  // namespace tally::broken
