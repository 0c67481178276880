// SPDX-License-Identifier: MIT
// tbb::speculative_spin_mutex: the CPU runs the critical section as a transaction and takes the
// lock only if that fails.
//
// Threads that touch different memory do not wait for each other; an increment of one counter
// always collides. A CPU without such transactions (Intel's RTM: AMD has none, and most of Intel's
// have it switched off) takes the lock, which is a spin_mutex on two lines of the cache.
//
// The public name means this class only where a program is compiled with -mrtm, else spin_mutex;
// the library asks the CPU either way. Its code is not instrumented for ThreadSanitizer. Unfair.
// needs: TBB TBB::tbb libtbb-dev
#pragma once

#include <oneapi/tbb/spin_mutex.h>

#include <string_view>

#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class tbb_speculative_spin_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "oneTBB speculative_spin_mutex"};
    static constexpr std::string_view note =
        "a transaction where the CPU has RTM, which few still have; elsewhere a spin_mutex, "
        "reached by a call into the library";
    using node = oneapi::tbb::detail::d1::rtm_mutex::scoped_lock;

    void lock(node& mine) {
        mine.acquire(mutex_);
        unseen::acquired(&mutex_);
    }
    bool try_lock(node& mine) {
        if (!mine.try_acquire(mutex_)) return false;
        unseen::acquired(&mutex_);
        return true;
    }
    void unlock(node& mine) {
        unseen::releasing(&mutex_);
        mine.release();
    }

private:
    oneapi::tbb::detail::d1::rtm_mutex mutex_;
};

}  // namespace tally
