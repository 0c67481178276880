// SPDX-License-Identifier: MIT
// fcntl(2) record lock: the kernel keeps locks on ranges of a file, per process.
//
// Belongs to the process: a child made by fork does not have it, and it is gone when the process
// dies, or when it closes *any* descriptor of that file, even one that a library opened and knew
// nothing of: its famous flaw. The kernel looks for deadlocks among such locks (EDEADLK). Works
// on NFS. Every lock and unlock is a system call.
// POSIX.1-1988, F_SETLKW in fcntl(2).
// system: Linux
#pragma once

#include "machines/process/record_lock.hpp"

namespace tally {

template <process_machine Machine>
class fcntl_lock : public process::record_lock<F_SETLK, F_SETLKW> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::released,
                                                 .rests_on = "a file",
                                                 .cite = "POSIX.1-1988 fcntl, F_SETLKW"};
    using process::record_lock<F_SETLK, F_SETLKW>::record_lock;
};

}  // namespace tally
