// SPDX-License-Identifier: MIT
// Cohort lock of an MCS queue in each NUMA node, whose heads race for a test-and-set word.
//
//   global_   ttas_backoff: whoever comes at the right moment
//   local     an MCS queue: the threads of a node in order of arrival
//
// Invariant: as every cohort's, see cohort/cohort.hpp.
// Few threads race for the word, one of each NUMA node, so it needs no queue.
// Unfair: a NUMA node may be passed over for ever by another one. Within a node it is FIFO.
// Dice, Marathe, Shavit 2012, "Lock Cohorting: A General Technique for Designing NUMA Locks".
#pragma once

#include "locks/hierarchical/cohort/cohort.hpp"
#include "locks/hierarchical/cohort/global_back_off.hpp"
#include "locks/hierarchical/cohort/local_mcs.hpp"

namespace tally {

template <class Machine>
class cohort_bo_mcs : public cohort<Machine, global_back_off<Machine>, local_mcs<Machine>> {
public:
    static constexpr lock_traits traits{.cite = "Dice, Marathe & Shavit 2012, C-BO-MCS"};
};

}  // namespace tally
