// SPDX-License-Identifier: MIT
// Cohort lock with backoff on both levels: who is near the holder retries sooner, and inherits.
//
//   global_   ttas_backoff: whoever comes at the right moment
//   local     the same with two kinds of free, and a flag that says that somebody waits
//
// Invariant: as every cohort's, see cohort/cohort.hpp.
// Unfair on both levels: a NUMA node may be passed over for ever, and so may a thread in its node.
// The lock is one word, and two words for each NUMA node; nobody brings a queue node. Dice,
// Marathe, Shavit 2012, "Lock Cohorting: A General Technique for Designing NUMA Locks".
#pragma once

#include "locks/hierarchical/cohort/cohort.hpp"
#include "locks/hierarchical/cohort/global_back_off.hpp"
#include "locks/hierarchical/cohort/local_back_off.hpp"

namespace tally {

template <class Machine>
class cohort_bo_bo : public cohort<Machine, global_back_off<Machine>, local_back_off<Machine>> {
public:
    static constexpr lock_traits traits{.cite = "Dice, Marathe & Shavit 2012, C-BO-BO"};
};

}  // namespace tally
