// SPDX-License-Identifier: MIT
// System V semaphore: kept by the kernel, found by a 32-bit key.
//
// Every operation is a system call. The kernel keeps the set until somebody removes it: a run
// that is killed leaves it in the system's table, of which there are few. Nobody notices that who
// holds it has died: the kernel could, but only if asked (see sysv_semaphore_undo).
// System V (1983), semop(2).
// system: Linux
#pragma once

#include "machines/process/sysv_set.hpp"

namespace tally {

template <process_machine Machine>
class sysv_semaphore : public process::sysv_set<0> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "a System V set",
                                                 .cite = "System V, semop(2)"};
    using process::sysv_set<0>::sysv_set;
};

}  // namespace tally
