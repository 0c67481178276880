// SPDX-License-Identifier: MIT
// std::mutex: what a C++ programmer gets by asking for a lock.
//
// With libstdc++ on Linux it is a pthread_mutex_t of the default kind: one compare-exchange
// when free, a futex sleep when not. Unfair.
#pragma once

#include <mutex>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class std_mutex {
public:
    static constexpr lock_traits traits{
        .waiting = waits::itself, .next_holder_may_destroy = true, .cite = "C++11 std::mutex"};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    std::mutex mutex_;
};

}  // namespace tally
