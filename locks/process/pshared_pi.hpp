// SPDX-License-Identifier: MIT
// A POSIX mutex with priority inheritance: the kernel knows the holder, and lends it priority.
//
// The word holds the id of the owning thread, and a waiter queues in the kernel behind that
// thread. But the mutex is not robust: the kernel finds nobody of that id, says ESRCH, and glibc
// then sleeps for ever, on purpose. The id may also have been given to somebody else.
// Sha, Rajkumar & Lehoczky 1990; futex(2), FUTEX_LOCK_PI.
// system: Linux
#pragma once

#include "machines/process/pthread_lock.hpp"

namespace tally {

template <process_machine Machine>
class pshared_pi
    : public process::pthread_lock<process::robustness::stalled, process::inheritance::priority> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "shared memory",
                                                 .cite = "POSIX PTHREAD_PRIO_INHERIT"};
    using process::pthread_lock<process::robustness::stalled,
                                process::inheritance::priority>::pthread_lock;
};

}  // namespace tally
