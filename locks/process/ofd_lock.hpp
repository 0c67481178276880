// SPDX-License-Identifier: MIT
// Open file description lock: a record lock that belongs to the opening instead of the process.
//
// The cure for the record lock's flaw: closing another descriptor of the file changes nothing,
// and threads that open the file each on their own exclude one another. As with flock, a child
// made by fork shares it. Deadlocks are not looked for.
// Linux 3.15 (Layton 2014), F_OFD_SETLKW in fcntl(2); POSIX.1-2024.
// system: Linux
#pragma once

#include "machines/process/record_lock.hpp"

namespace tally {

template <process_machine Machine>
class ofd_lock : public process::record_lock<F_OFD_SETLK, F_OFD_SETLKW> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::released,
                                                 .rests_on = "a file",
                                                 .cite = "Linux 3.15 F_OFD_SETLKW, fcntl(2)"};
    using process::record_lock<F_OFD_SETLK, F_OFD_SETLKW>::record_lock;
};

}  // namespace tally
