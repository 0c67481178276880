// SPDX-License-Identifier: MIT
// pthread_mutex_t that survives its holder: when that thread has ended, the next one is told.
//
// The word holds the holder's thread id, and each thread keeps a list of the robust mutexes that it
// holds, which the kernel walks when the thread ends. Every lock and every unlock changes the list.
// Unfair.
//
// unlock() has named the mutex to the kernel until it returns, and the kernel may write there if
// the thread is killed before that (glibc bug 14485). So it is not claimed that the next holder may
// destroy the lock. Between processes: locks/process/pshared_robust.hpp.
#pragma once

#include <cerrno>
#include <string_view>

#include "machines/contract.hpp"
#include "machines/pthread_mutex.hpp"

namespace tally {

template <native_machine Machine>
class pthread_robust {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "POSIX.1-2008 PTHREAD_MUTEX_ROBUST"};
    static constexpr std::string_view note =
        "each lock and unlock changes the list of what its thread holds, which the kernel reads if "
        "the thread ends";
    struct node {};

    void lock(node&) noexcept { held(pthread_mutex_lock(mutex_.native_handle())); }
    bool try_lock(node&) noexcept { return held(pthread_mutex_trylock(mutex_.native_handle())); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    // Whether the lock was had. What it protects is the caller's to mend, who lost a thread.
    bool held(int result) noexcept {
        if (result == EOWNERDEAD) return pthread_mutex_consistent(mutex_.native_handle()) == 0;
        return result == 0;
    }

    pthread_mutex mutex_{[](pthread_mutexattr_t& kind) {
        return pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    }};
};

}  // namespace tally
