// SPDX-License-Identifier: MIT
// A spin lock that takes the lock with the order that belongs to giving it back.
//
// The compare-exchange that succeeds is a release. It publishes what its thread did before and
// acquires nothing: the critical section may read what was there before the previous holder wrote.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class acquire_by_release {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true, .cite = "as ttas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "the lock is taken by a release compare-exchange, which acquires nothing",
        .source = "parking_lot pull request 292 (WordLock)",
        .caught_by = {.tsan = true, .checker = true},
        .missed_by = {.stress = true},
        .why_missed = "on x86 every locked instruction acquires and releases",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = 0;
        // Wrong: release, where acquire should pair with the release in unlock().
        while (!held_.compare_exchange_weak(expected, 1, release, relaxed)) {
            held_.await([](auto now) { return now == 0; }, relaxed);
            expected = 0;
        }
    }

    void unlock(node&) noexcept { held_.signal_one(0, release); }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
