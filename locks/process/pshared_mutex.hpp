// SPDX-License-Identifier: MIT
// A POSIX mutex in shared memory: what threads use, with one attribute more.
//
// A compare-exchange when free, a futex that is not private when not. The word says that somebody
// holds it, and nothing looks whether that somebody lives: a holder that dies holds it for ever.
// POSIX.1-1995 (pthreads), pthread_mutexattr_setpshared(3).
// system: Linux
#pragma once

#include "machines/process/pthread_lock.hpp"

namespace tally {

template <process_machine Machine>
class pshared_mutex
    : public process::pthread_lock<process::robustness::stalled, process::inheritance::none> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "shared memory",
                                                 .cite = "POSIX PTHREAD_PROCESS_SHARED"};
    using process::pthread_lock<process::robustness::stalled,
                                process::inheritance::none>::pthread_lock;
};

}  // namespace tally
