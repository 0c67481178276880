// SPDX-License-Identifier: MIT
// System V semaphore with undo: the kernel takes back what a process did when it ends.
//
// With SEM_UNDO the kernel keeps, for each process and semaphore, the sum of what to add when the
// process ends; a holder that dies thereby releases. The next one is not told. The sum is not
// inherited by a child, and is kept across exec. The bookkeeping is what makes it slow.
// System V (1983), SEM_UNDO in semop(2).
// system: Linux
#pragma once

#include "machines/process/sysv_set.hpp"

namespace tally {

template <process_machine Machine>
class sysv_semaphore_undo : public process::sysv_set<SEM_UNDO> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::released,
                                                 .rests_on = "a System V set",
                                                 .cite = "System V, SEM_UNDO in semop(2)"};
    using process::sysv_set<SEM_UNDO>::sysv_set;
};

}  // namespace tally
