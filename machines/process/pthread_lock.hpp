// SPDX-License-Identifier: MIT
// The shared half of the POSIX mutexes: one in a segment, with the attributes that make it kind.
#pragma once

#include <pthread.h>
#include <unistd.h>

#include "machines/process/contract.hpp"
#include "machines/process/segment.hpp"
#include "machines/process/system.hpp"

namespace tally::process {

enum class robustness : bool { stalled, robust };
enum class inheritance : bool { none, priority };

template <robustness Robust, inheritance Inherit>
class pthread_lock {
public:
    pthread_lock(const lock_name& name, opening how)
        : mutex_(how == opening::create ? segment<made_mutex>::create(name.path(suffix))
                                        : segment<made_mutex>::attach(name.path(suffix))) {}

    entry lock(member) { return entered(::pthread_mutex_lock(&mutex_->mutex)); }
    entry try_lock(member) { return entered(::pthread_mutex_trylock(&mutex_->mutex)); }
    void unlock(member) { check(::pthread_mutex_unlock(&mutex_->mutex), "pthread_mutex_unlock"); }

    static void remove(const lock_name& name) { ::unlink(name.path(suffix).c_str()); }

private:
    static constexpr const char* suffix = ".mutex";

    static void check(int error, const char* call) {
        errno = error;
        if (error != 0) fail(call);
    }

    entry entered(int error) {
        if (error == 0) return entry::acquired;
        if (error == EBUSY) return entry::busy;
        if (error == EOWNERDEAD) {
            // Without this the mutex is unusable from our unlock on. The data are the caller's
            // to repair; if the caller dies before that, the next one is told again.
            check(::pthread_mutex_consistent(&mutex_->mutex), "pthread_mutex_consistent");
            return entry::owner_died;
        }
        check(error, "pthread_mutex_lock");
        return entry::busy;
    }

    struct made_mutex {
        made_mutex() {
            pthread_mutexattr_t kind;
            check(::pthread_mutexattr_init(&kind), "pthread_mutexattr_init");
            check(::pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED),
                  "pthread_mutexattr_setpshared");
            if (Robust == robustness::robust)
                check(::pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST),
                      "pthread_mutexattr_setrobust");
            if (Inherit == inheritance::priority)
                check(::pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT),
                      "pthread_mutexattr_setprotocol");
            check(::pthread_mutex_init(&mutex, &kind), "pthread_mutex_init");
            ::pthread_mutexattr_destroy(&kind);
        }
        alignas(cache_line) pthread_mutex_t mutex;
    };
    segment<made_mutex> mutex_;
};

}  // namespace tally::process
