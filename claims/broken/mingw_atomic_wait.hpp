// SPDX-License-Identifier: MIT
// A correct mutex over std::atomic::wait, which mingw-w64's libstdc++ has with a lost wake-up.
//
// Where it knows no futex, libstdc++ 12 sleeps on a condition variable. It looks whether the word
// still has its old value, and then takes the mutex and sleeps, without a second look: a change
// and its notify between the two wake nobody.
//
// system: Windows
#pragma once

#include <atomic>

#include "claims/specimen.hpp"

namespace tally::broken {

template <native_machine Machine>
class mingw_atomic_wait {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Drepper 2005, mutex2"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how = "std::atomic::wait looks at the word before it takes the mutex to sleep, not inside",
        .source = "libstdc++ 12, bits/atomic_wait.h, __waiter_pool::_M_do_wait without a futex",
        .caught_by = {.stress = true},
        .missed_by = {.tsan = true, .checker = true},
        .why_missed = "it is a library's, and there is no ThreadSanitizer for mingw-w64",
        .when_parked_only = true,
        .rounds = 1000};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t was = 0;
        if (state_.compare_exchange_strong(was, 1)) return;
        if (was == 1) was = state_.exchange(2);
        while (was != 0) {
            state_.wait(2);
            was = state_.exchange(2);
        }
    }

    void unlock(node&) noexcept {
        // All, so that it cannot be a neighbour's wake-up that was taken for ours.
        if (state_.exchange(0) == 2) state_.notify_all();
    }

private:
    std::atomic<std::uint32_t> state_{0};
};

}  // namespace tally::broken
