// SPDX-License-Identifier: MIT
// lockf(3): the older, smaller interface to a lock on the bytes from here on.
//
//   file_   an empty file; the range is from its offset 0 to whatever end it may get
//
// glibc makes it of fcntl(2) record locks; POSIX leaves open whether the two know of each other.
// So it has their properties: of the process, gone at any close of the file, deadlocks found.
// POSIX (XSI) lockf; from System V.
// system: Linux
#pragma once

#include "machines/process/open_file.hpp"

namespace tally {

template <process_machine Machine>
class lockf {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::released,
                                                 .rests_on = "a file",
                                                 .cite = "POSIX lockf (XSI), lockf(3)"};

    lockf(const process::lock_name& name, process::opening how) : file_(name, how) {}

    process::entry lock(process::member) {
        if (process::retried([&] { return ::lockf(file_.fd(), F_LOCK, 0); }) == -1)
            process::fail("lockf " + file_.path());
        return process::entry::acquired;
    }
    process::entry try_lock(process::member) {
        if (process::retried([&] { return ::lockf(file_.fd(), F_TLOCK, 0); }) == 0)
            return process::entry::acquired;
        if (errno == EAGAIN || errno == EACCES) return process::entry::busy;
        process::fail("lockf " + file_.path());
    }
    void unlock(process::member) {
        if (::lockf(file_.fd(), F_ULOCK, 0) == -1) process::fail("lockf " + file_.path());
    }

    static void remove(const process::lock_name& name) { process::open_file::remove(name); }

private:
    process::open_file file_;
};

}  // namespace tally
