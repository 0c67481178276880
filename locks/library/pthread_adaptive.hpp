// SPDX-License-Identifier: MIT
// pthread_mutex_t of glibc's adaptive kind: spin a while before sleeping.
//
// As the default kind without contention. A waiter first spins, at most as long as earlier
// waits took on average and never more than 100 tries by default (glibc.pthread.mutex_spin_count).
// Unfair.
#pragma once

#include "machines/contract.hpp"
#include "machines/pthread_mutex.hpp"

namespace tally {

template <native_machine Machine>
class pthread_adaptive {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "glibc PTHREAD_MUTEX_ADAPTIVE_NP"};
    struct node {};

    void lock(node&) noexcept { mutex_.lock(); }
    bool try_lock(node&) noexcept { return mutex_.try_lock(); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    pthread_mutex mutex_{[](pthread_mutexattr_t& kind) {
        return pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
    }};
};

}  // namespace tally
