// SPDX-License-Identifier: MIT
// tbb::mutex: oneTBB's lock whose waiters sleep.
//
// One byte. A waiter spins and gives the CPU away for a while, then sleeps in a table of the
// library's that is kept by address. Each unlock() looks into that table, behind a swap that is a
// full fence. Unfair.
// needs: TBB TBB::tbb libtbb-dev
#pragma once

#include <oneapi/tbb/mutex.h>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class tbb_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "oneTBB mutex"};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    oneapi::tbb::mutex mutex_;
};

}  // namespace tally
