// SPDX-License-Identifier: MIT
// A robust POSIX mutex: the next one is told that the owner died.
//
// The word holds the id of the owning thread, and each thread keeps a list of the robust mutexes
// that it holds, registered with the kernel once. When a thread ends, in whatever way, the kernel
// walks the list, marks each word and wakes a waiter; a field of the list names the mutex that is
// just being locked or unlocked, so that no step in between is missed. No system call when free.
// The one lock here that both goes on and says that the data may be torn.
// POSIX.1-2008; get_robust_list(2); Documentation/locking/robust-futexes in the Linux source.
// system: Linux
#pragma once

#include "machines/process/pthread_lock.hpp"

namespace tally {

template <process_machine Machine>
class pshared_robust
    : public process::pthread_lock<process::robustness::robust, process::inheritance::none> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::handed_over,
                                                 .rests_on = "shared memory",
                                                 .cite = "POSIX.1-2008 PTHREAD_MUTEX_ROBUST"};
    using process::pthread_lock<process::robustness::robust,
                                process::inheritance::none>::pthread_lock;
};

}  // namespace tally
