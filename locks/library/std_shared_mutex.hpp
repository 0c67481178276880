// SPDX-License-Identifier: MIT
// std::shared_mutex: many readers or one writer. Measured as a counter it is its writers' side.
//
// With libstdc++ on Linux a pthread_rwlock_t: readers and writers meet on one word that counts
// readers and carries the writer's bits. glibc prefers readers unless told otherwise, so a
// stream of readers can keep writers out for ever. Unfair.
#pragma once

#include <shared_mutex>
#include <string_view>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class std_shared_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "C++17 std::shared_mutex"};
    static constexpr std::string_view note =
        "the writers' side alone: what its readers gain is not in a counter's row";
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

    void lock_shared(node&) { mutex_.lock_shared(); }
    bool try_lock_shared(node&) { return mutex_.try_lock_shared(); }
    void unlock_shared(node&) { mutex_.unlock_shared(); }

private:
    std::shared_mutex mutex_;
};

}  // namespace tally
