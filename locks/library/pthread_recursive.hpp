// SPDX-License-Identifier: MIT
// pthread_mutex_t of the recursive kind: its holder may lock it again.
//
// It notes its holder's thread id and counts. With libstdc++ on Linux std::recursive_mutex is this
// lock: how far their rows lie apart says how far to trust a difference. Unfair.
#pragma once

#include <string_view>

#include "machines/contract.hpp"
#include "machines/pthread_mutex.hpp"

namespace tally {

template <native_machine Machine>
class pthread_recursive {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .recursive = true,
                                        .next_holder_may_destroy = true,
                                        .cite = "POSIX.1-2001 PTHREAD_MUTEX_RECURSIVE"};
    static constexpr std::string_view note =
        "with libstdc++ on Linux std_recursive_mutex is the same lock";
    struct node {};

    void lock(node&) noexcept { mutex_.lock(); }
    bool try_lock(node&) noexcept { return mutex_.try_lock(); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    pthread_mutex mutex_{[](pthread_mutexattr_t& kind) {
        return pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    }};
};

}  // namespace tally
