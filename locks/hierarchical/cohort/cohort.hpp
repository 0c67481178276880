// SPDX-License-Identifier: MIT
// A cohort lock, whatever its parts: each NUMA node has a lock of its own, and of each node only
// who holds that one competes for the global lock.
//
//   global_         what makes the lock one lock
//   home.local      among the threads of a NUMA node; keeps, while it is handed on, that the
//                   global lock comes with it
//   home.at_global  what a thread of this NUMA node brings to the global lock  (its local holder's)
//   home.passed     how often in a row the lock was handed on in this node     (its local holder's)
//
// Invariant: who is inside holds the local lock of its NUMA node; the global lock is held by, or in
// the name of, that node. Nobody asks for the global lock twice in one node's name.
// A release hands the local lock, and the global one with it, to another thread of its own node, as
// long as there is one and it has not been so `batch` times in a row. So the data that the lock
// guards stay in the caches of one node for a while.
//
// The parts. Global: a lock that a thread may release which another has taken, since it comes to
// the releaser by way of the local lock. Local:
//   bool lock(node&)        true: the global lock has come with it
//   bool others(node&)      whether somebody waits for it who will not give up; may miss one
//   void pass(node&)        releases it together with the global lock; others() was true
//   void unlock(node&)      releases it alone
// There is no try_lock: one that has the local lock and not the global one would have to give it
// back, and others fail meanwhile although the lock is free.
// Dice, Marathe, Shavit 2012, "Lock Cohorting". There, too, at most 64 in a row.
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine, class Global, class Local>
class cohort {
    // One where everything is explored, so that it is reached there too.
    static constexpr unsigned batch = Machine::is_native ? 64 : 1;

    struct alignas(cache_line) home {
        Local local;
        typename Global::node at_global;
        typename Machine::template plain<unsigned> passed{0};
    };

public:
    class node {
        friend cohort;
        unsigned numa = 0;
        typename Local::node local;
    };

    void lock(node& mine) noexcept {
        mine.numa = Machine::node();
        home& here = homes_[mine.numa];
        if (!here.local.lock(mine.local)) global_.lock(here.at_global);
    }

    void unlock(node& mine) noexcept {
        home& here = homes_[mine.numa];
        const unsigned passed = here.passed.read();
        if (passed != batch && here.local.others(mine.local)) {
            here.passed.write(passed + 1);
            here.local.pass(mine.local);
        } else {
            here.passed.write(0);
            // In this order: who comes next here may ask for the global lock at once.
            global_.unlock(here.at_global);
            here.local.unlock(mine.local);
        }
    }

private:
    Global global_;
    const std::unique_ptr<home[]> homes_{new home[Machine::node_limit()]};
};

}  // namespace tally
