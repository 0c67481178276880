// SPDX-License-Identifier: MIT
// The shared half of the System V semaphores: one semaphore of value 1, with or without undo.
#pragma once

#include <sys/ipc.h>
#include <sys/sem.h>

#include "machines/process/contract.hpp"
#include "machines/process/system.hpp"

namespace tally::process {

// `Flags` is SEM_UNDO, or 0.
template <int Flags>
class sysv_set {
public:
    sysv_set(const lock_name& name, opening how) {
        const int key = sysv_key(name, how == opening::create);
        const int make = how == opening::create ? IPC_CREAT | IPC_EXCL | 0600 : 0;
        id_ = ::semget(key, 1, make);
        if (id_ == -1) fail("semget for " + name.label);
        // semctl's fourth argument is a union that the caller has to define: semctl(2).
        union {
            int val;
        } one{1};
        if (how == opening::create && ::semctl(id_, 0, SETVAL, one) == -1) fail("semctl SETVAL");
    }

    entry lock(member) {
        if (retried([&] { return change(-1, 0); }) == -1) fail("semop");
        return entry::acquired;
    }
    entry try_lock(member) {
        if (retried([&] { return change(-1, IPC_NOWAIT); }) == 0) return entry::acquired;
        if (errno == EAGAIN) return entry::busy;
        fail("semop");
    }
    void unlock(member) {
        if (change(1, 0) == -1) fail("semop");
    }

    static void remove(const lock_name& name) { remove_sysv_set(name); }

private:
    int change(short by, int more) {
        sembuf step{0, by, static_cast<short>(Flags | more)};
        return ::semop(id_, &step, 1);
    }

    int id_;
};

}  // namespace tally::process
