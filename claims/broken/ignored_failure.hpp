// SPDX-License-Identifier: MIT
// A lock whose caller does not look whether it got it: it tries twice, goes in, and unlocks.
//
// The lock itself is right. The second thread inside unlocks what the first one holds.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class ignored_failure {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as tas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::misuse,
        .how = "a failed try is ignored, and the lock of another thread is unlocked",
        .source = "textbook: the ignored result of pthread_mutex_timedlock; sysrepo issue 3083",
        .caught_by = {.stress = true, .tsan = true, .checker = true}};
    struct node {};

    void lock(node&) noexcept {
        if (try_once()) return;
        Machine::yield();
        (void)try_once();  // wrong
    }

    void unlock(node&) noexcept { held_.store(0, release); }

private:
    bool try_once() noexcept { return held_.exchange(1, acquire) == 0; }

    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
