// SPDX-License-Identifier: MIT
// tbb::queuing_mutex: oneTBB's MCS lock; its scoped_lock is the queue node.
//
// FIFO, each waiter on a word of its own, pausing and then giving the CPU away.
// needs: TBB TBB::tbb libtbb-dev
#pragma once

#include <oneapi/tbb/queuing_mutex.h>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class tbb_queuing_mutex {
public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "oneTBB queuing_mutex"};
    using node = oneapi::tbb::queuing_mutex::scoped_lock;

    void lock(node& mine) { mine.acquire(mutex_); }
    bool try_lock(node& mine) { return mine.try_acquire(mutex_); }
    void unlock(node& mine) { mine.release(); }

private:
    oneapi::tbb::queuing_mutex mutex_;
};

}  // namespace tally
