// SPDX-License-Identifier: MIT
// pthread_mutex_t of the errorcheck kind: locking it twice is an error, not a deadlock.
//
// It notes its holder's thread id and compares it at every lock and unlock, so that a stranger's
// unlock is an error, too. Otherwise as the default kind. Unfair.
#pragma once

#include "machines/contract.hpp"
#include "machines/pthread_mutex.hpp"

namespace tally {

template <native_machine Machine>
class pthread_errorcheck {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "POSIX.1-2001 PTHREAD_MUTEX_ERRORCHECK"};
    struct node {};

    void lock(node&) noexcept { mutex_.lock(); }
    bool try_lock(node&) noexcept { return mutex_.try_lock(); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    pthread_mutex mutex_{[](pthread_mutexattr_t& kind) {
        return pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    }};
};

}  // namespace tally
