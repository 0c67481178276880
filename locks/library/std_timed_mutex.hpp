// SPDX-License-Identifier: MIT
// std::timed_mutex: a mutex that one can stop waiting for.
//
// With libstdc++ on Linux a pthread_mutex_t of the default kind; what is timed is the futex
// sleep. lock() costs what std::mutex costs. Unfair.
#pragma once

#include <chrono>
#include <mutex>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class std_timed_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "C++11 std::timed_mutex"};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    bool try_lock_for(node&, std::uint64_t nanoseconds) {
        return mutex_.try_lock_for(std::chrono::nanoseconds(nanoseconds));
    }
    void unlock(node&) { mutex_.unlock(); }

private:
    std::timed_mutex mutex_;
};

}  // namespace tally
