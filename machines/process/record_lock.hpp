// SPDX-License-Identifier: MIT
// The shared half of the locks that fcntl(2) puts on a file: a write lock on the whole of it.
#pragma once

#include <fcntl.h>

#include "machines/process/open_file.hpp"

namespace tally::process {

// `Set` and `SetWait` are the commands, for locks of the process or of the open description.
template <int Set, int SetWait>
class record_lock {
public:
    record_lock(const lock_name& name, opening how) : file_(name, how) {}

    entry lock(member) {
        if (retried([&] { return change(SetWait, F_WRLCK); }) == -1) fail("lock " + file_.path());
        return entry::acquired;
    }
    entry try_lock(member) {
        if (retried([&] { return change(Set, F_WRLCK); }) == 0) return entry::acquired;
        // POSIX lets a system choose between the two.
        if (errno == EAGAIN || errno == EACCES) return entry::busy;
        fail("lock " + file_.path());
    }
    void unlock(member) {
        if (change(Set, F_UNLCK) == -1) fail("unlock " + file_.path());
    }

    static void remove(const lock_name& name) { open_file::remove(name); }

private:
    int change(int command, short type) {
        struct ::flock whole {};  // from 0, length 0: to the end, however far it moves
        whole.l_type = type;
        whole.l_whence = SEEK_SET;
        return ::fcntl(file_.fd(), command, &whole);
    }

    open_file file_;
};

}  // namespace tally::process
