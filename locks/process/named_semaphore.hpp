// SPDX-License-Identifier: MIT
// POSIX named semaphore: a number of permits, here one, that any process finds by name.
//
//   semaphore_   a page of /dev/shm, mapped; its value is 1 when the lock is free
//
// A compare-exchange when free, a futex when not. It has no owner: anybody may post, and nobody
// notices that who holds the permit has died. It lives until it is unlinked.
// Dijkstra 1965; POSIX.1b-1993, sem_open(3), sem_overview(7).
// system: Linux
#pragma once

#include <fcntl.h>
#include <semaphore.h>

#include "machines/process/contract.hpp"
#include "machines/process/system.hpp"

namespace tally {

template <process_machine Machine>
class named_semaphore {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "a named semaphore",
                                                 .cite = "POSIX.1b-1993 sem_open"};

    named_semaphore(const process::lock_name& name, process::opening how) {
        const auto called = "/" + name.flat();
        const int made = how == process::opening::create ? O_CREAT | O_EXCL : 0;
        semaphore_ = ::sem_open(called.c_str(), made, 0600, 1U);
        if (semaphore_ == SEM_FAILED) process::fail("sem_open " + called);
    }
    named_semaphore(const named_semaphore&) = delete;
    named_semaphore& operator=(const named_semaphore&) = delete;
    ~named_semaphore() { ::sem_close(semaphore_); }

    process::entry lock(process::member) {
        if (process::retried([&] { return ::sem_wait(semaphore_); }) == -1)
            process::fail("sem_wait");
        return process::entry::acquired;
    }
    process::entry try_lock(process::member) {
        if (process::retried([&] { return ::sem_trywait(semaphore_); }) == 0)
            return process::entry::acquired;
        if (errno == EAGAIN) return process::entry::busy;
        process::fail("sem_trywait");
    }
    void unlock(process::member) {
        if (::sem_post(semaphore_) == -1) process::fail("sem_post");
    }

    static void remove(const process::lock_name& name) {
        ::sem_unlink(("/" + name.flat()).c_str());
    }

private:
    sem_t* semaphore_;
};

}  // namespace tally
