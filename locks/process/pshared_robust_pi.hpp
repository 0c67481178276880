// SPDX-License-Identifier: MIT
// A robust POSIX mutex with priority inheritance: told of a death, and no inversion of priorities.
//
// Both mechanisms at once: the list that the kernel walks at the end of a thread, and the queue in
// the kernel behind the holder. A hand-over goes through the kernel each time, from the holder to
// the waiter of highest priority: the price is seen as soon as there is contention.
// POSIX.1-2008; Sha, Rajkumar & Lehoczky 1990; futex(2), FUTEX_LOCK_PI.
// system: Linux
#pragma once

#include "machines/process/pthread_lock.hpp"

namespace tally {

template <process_machine Machine>
class pshared_robust_pi
    : public process::pthread_lock<process::robustness::robust, process::inheritance::priority> {
public:
    static constexpr process::lock_traits traits{
        .holder_killed = process::fate::handed_over,
        .rests_on = "shared memory",
        .cite = "POSIX PTHREAD_MUTEX_ROBUST and PTHREAD_PRIO_INHERIT"};
    using process::pthread_lock<process::robustness::robust,
                                process::inheritance::priority>::pthread_lock;
};

}  // namespace tally
