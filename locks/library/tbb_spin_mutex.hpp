// SPDX-License-Identifier: MIT
// tbb::spin_mutex: oneTBB's smallest lock, one byte.
//
// Swaps until it is free; after each failure it pauses, twice as long each time, and when that
// has reached sixteen pauses it gives the CPU away instead. Unfair.
// needs: TBB TBB::tbb libtbb-dev
#pragma once

#include <oneapi/tbb/spin_mutex.h>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class tbb_spin_mutex {
public:
    static constexpr lock_traits traits{
        .waiting = waits::itself, .next_holder_may_destroy = true, .cite = "oneTBB spin_mutex"};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    oneapi::tbb::spin_mutex mutex_;
};

}  // namespace tally
