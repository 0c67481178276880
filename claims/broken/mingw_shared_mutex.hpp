// SPDX-License-Identifier: MIT
// std::shared_mutex as mingw-w64's gcc has it: it may let two threads in at its first use.
//
// It is a pthread_rwlock_t that winpthreads makes real at its first lock. Two threads that come
// first at once can find it half made; the lock call of one fails with EINVAL, and libstdc++ asks
// for its result in an assertion only. That thread goes in without the lock.
//
// system: Windows
#pragma once

#include <shared_mutex>

#include "claims/specimen.hpp"

namespace tally::broken {

template <native_machine Machine>
class mingw_shared_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "C++17 std::shared_mutex, mingw-w64 winpthreads"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "the first lock makes the lock; two first ones at once, and one fails unheard",
        .source = "msys2 MINGW-packages issue 25193; aws-lc pull request 1530",
        .caught_by = {.stress = true},
        .missed_by = {.tsan = true, .checker = true},
        .why_missed = "it is a library's, and there is no ThreadSanitizer for mingw-w64",
        .rounds = 4};
    struct node {};

    void lock(node&) { mutex_.lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    std::shared_mutex mutex_;
};

}  // namespace tally::broken
