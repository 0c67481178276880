// SPDX-License-Identifier: MIT
// A futex mutex whose first sleep leaves the word as held: nobody can know of the sleeper.
//
// The sleep compares with `held` where it should mark the word as contended and compare with that.
// The holder finds no mark and wakes nobody.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class futex_sleeps_unmarked {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { unheld, held, contended };

public:
    static constexpr lock_traits traits{.cite = "as futex_mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how = "a thread sleeps without having marked the word as contended",
        .source = "SerenityOS pull request 20425 (pthread_mutex_lock)",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a lost wake-up is no race",
        .when_parked_only = true};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = unheld;
        if (state_.compare_exchange_strong(expected, held, acquire, relaxed)) return;
        state_.wait(held, relaxed);  // wrong: not marked
        while (state_.exchange(contended, acquire) != unheld)
            state_.wait(contended, relaxed);
    }

    void unlock(node&) noexcept {
        if (state_.exchange(unheld, release) == contended) state_.notify_one();
    }

private:
    atomic<std::uint32_t> state_{unheld};
};

}  // namespace tally::broken
