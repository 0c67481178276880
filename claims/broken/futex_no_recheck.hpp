// SPDX-License-Identifier: MIT
// A futex mutex whose sleeper takes itself for the holder when it wakes.
//
// A wake-up says that the word changed, not that the mutex is the sleeper's: it is free, and the
// next arrival takes it. A sleeper may also wake for no reason at all.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class futex_no_recheck {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { unheld, held, contended };

public:
    static constexpr lock_traits traits{.cite = "as futex_mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "who wakes goes in without taking the mutex, which others may take meanwhile",
        .source =
            "SerenityOS pull request 4467 (review of futex_lock); futex(2) on spurious wake-ups",
        .caught_by = {.stress = true, .tsan = true, .checker = true}};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = unheld;
        if (state_.compare_exchange_strong(expected, held, acquire, relaxed)) return;
        // Wrong: `if`, where `while` belongs.
        if (state_.exchange(contended, acquire) != unheld) state_.wait(contended, acquire);
    }

    void unlock(node&) noexcept {
        if (state_.exchange(unheld, release) == contended) state_.notify_one();
    }

private:
    atomic<std::uint32_t> state_{unheld};
};

}  // namespace tally::broken
