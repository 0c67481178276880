// SPDX-License-Identifier: MIT
// flock(2): the kernel keeps one lock per open file description.
//
//   file_   an empty file; what is locked is our opening of it, not its bytes
//
// Belongs to the open file description: a child made by fork shares it, and the lock is gone when
// the last descriptor is closed, in whatever way. So the kernel lets go when the holder dies,
// unless a child of its lives on. Every lock and unlock is a system call. BSD, not POSIX; on NFS
// Linux turns it into a record lock of the process.
// flock(2), 4.2BSD (1983).
// system: Linux
#pragma once

#include <sys/file.h>

#include "machines/process/open_file.hpp"

namespace tally {

template <process_machine Machine>
class flock {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::released,
                                                 .rests_on = "a file",
                                                 .cite = "flock(2), 4.2BSD 1983"};

    flock(const process::lock_name& name, process::opening how) : file_(name, how) {}

    process::entry lock(process::member) {
        if (process::retried([&] { return ::flock(file_.fd(), LOCK_EX); }) == -1)
            process::fail("flock " + file_.path());
        return process::entry::acquired;
    }
    process::entry try_lock(process::member) {
        if (process::retried([&] { return ::flock(file_.fd(), LOCK_EX | LOCK_NB); }) == 0)
            return process::entry::acquired;
        if (errno == EWOULDBLOCK) return process::entry::busy;
        process::fail("flock " + file_.path());
    }
    void unlock(process::member) {
        if (::flock(file_.fd(), LOCK_UN) == -1) process::fail("flock " + file_.path());
    }

    static void remove(const process::lock_name& name) { process::open_file::remove(name); }

private:
    process::open_file file_;
};

}  // namespace tally
