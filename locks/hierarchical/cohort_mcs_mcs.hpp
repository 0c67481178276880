// SPDX-License-Identifier: MIT
// Cohort lock of MCS queues on both levels: a queue of NUMA nodes, and in each a queue of threads.
//
//   global_   an MCS queue of NUMA nodes; each has one queue node there, whoever stands for it
//   local     an MCS queue: the threads of a node in order of arrival
//
// Invariant: as every cohort's, see cohort/cohort.hpp.
// Nobody waits for ever, as with tickets (cohort_tkt_tkt); each waiter waits on a word of its own.
// hmcs is the same tree, with the count of hand-overs in the words that are handed over.
// Dice, Marathe, Shavit 2012, "Lock Cohorting: A General Technique for Designing NUMA Locks".
#pragma once

#include "locks/hierarchical/cohort/cohort.hpp"
#include "locks/hierarchical/cohort/local_mcs.hpp"
#include "locks/queue/mcs.hpp"

namespace tally {

template <class Machine>
class cohort_mcs_mcs : public cohort<Machine, mcs<Machine>, local_mcs<Machine>> {
public:
    static constexpr lock_traits traits{.cite = "Dice, Marathe & Shavit 2012, C-MCS-MCS"};
};

}  // namespace tally
