// SPDX-License-Identifier: MIT
// pthread_mutex_t with priority inheritance: the holder runs at its waiters' highest priority.
//
// The word holds the holder's thread id, so that the kernel knows whom to boost. Every contended
// lock and every unlock with waiters is a system call, and the kernel hands the lock over to the
// waiter of highest priority, among equals to the one that came first. A newcomer can still
// take a free lock first.
// Sha, Rajkumar, Lehoczky 1990, "Priority Inheritance Protocols".
#pragma once

#include <string_view>

#include "machines/contract.hpp"
#include "machines/pthread_mutex.hpp"

namespace tally {

template <native_machine Machine>
class pthread_pi {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "POSIX.1-2001 PTHREAD_PRIO_INHERIT"};
    static constexpr std::string_view note =
        "whoever has to wait enters the kernel, and who leaves then hands over there: the price of "
        "lending a priority";
    struct node {};

    void lock(node&) noexcept { mutex_.lock(); }
    bool try_lock(node&) noexcept { return mutex_.try_lock(); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    pthread_mutex mutex_{[](pthread_mutexattr_t& kind) {
        return pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT);
    }};
};

}  // namespace tally
