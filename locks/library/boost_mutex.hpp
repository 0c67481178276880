// SPDX-License-Identifier: MIT
// boost::mutex: Boost.Thread's lock.
//
// On Linux a pthread_mutex_t of the default kind, tried again should a signal interrupt it, with an
// exception for each error. Unfair.
// needs: Boost Boost::headers libboost-dev
#pragma once

#include <boost/thread/mutex.hpp>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class boost_mutex {
public:
    static constexpr lock_traits traits{
        .waiting = waits::itself, .next_holder_may_destroy = true, .cite = "Boost.Thread mutex"};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    boost::mutex mutex_;
};

}  // namespace tally
