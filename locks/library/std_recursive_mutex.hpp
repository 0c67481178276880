// SPDX-License-Identifier: MIT
// std::recursive_mutex: a mutex that its holder may lock again.
//
// With libstdc++ on Linux a pthread_mutex_t of the recursive kind: it notes its holder's thread
// id and counts. Every lock pays for the comparison. Unfair.
#pragma once

#include <mutex>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class std_recursive_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .recursive = true,
                                        .next_holder_may_destroy = true,
                                        .cite = "C++11 std::recursive_mutex"};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    std::recursive_mutex mutex_;
};

}  // namespace tally
