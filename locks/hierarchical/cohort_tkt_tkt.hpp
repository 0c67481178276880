// SPDX-License-Identifier: MIT
// Cohort lock of tickets on both levels: NUMA nodes are served in turn, and in each its threads.
//
//   global_   a ticket lock: NUMA nodes in order of arrival
//   local     a ticket lock: the threads of a node in order of arrival
//
// Invariant: as every cohort's, see cohort/cohort.hpp.
// Nobody waits for ever, as both parts are FIFO and a node hands on at most 64 times in a row; a
// thread is overtaken by as many as that lets in, which is no small number, so no bound is claimed.
// All waiters of a NUMA node read one line, and all nodes one more.
// Dice, Marathe, Shavit 2012, "Lock Cohorting: A General Technique for Designing NUMA Locks".
#pragma once

#include "locks/hierarchical/cohort/cohort.hpp"
#include "locks/hierarchical/cohort/local_ticket.hpp"
#include "locks/spin/ticket.hpp"

namespace tally {

template <class Machine>
class cohort_tkt_tkt : public cohort<Machine, ticket<Machine>, local_ticket<Machine>> {
public:
    static constexpr lock_traits traits{.cite = "Dice, Marathe & Shavit 2012, C-TKT-TKT"};
};

}  // namespace tally
