// SPDX-License-Identifier: MIT
// A futex mutex that wakes a sleeper and then frees the word.
//
// The woken thread finds the word still held and sleeps again. Then the word is freed, and
// nobody wakes anybody.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class futex_wakes_first {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { unheld, held, contended };

public:
    static constexpr lock_traits traits{.cite = "as futex_mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how = "the sleeper wakes before the word is free, and sleeps again",
        .source = "Drepper 2011, Futexes Are Tricky: the wake-up follows the store",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a lost wake-up is no race",
        .when_parked_only = true};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = unheld;
        if (state_.compare_exchange_strong(expected, held, acquire, relaxed)) return;
        while (state_.exchange(contended, acquire) != unheld)
            state_.wait(contended, relaxed);
    }

    void unlock(node&) noexcept {
        // Wrong: in this order.
        if (state_.load(relaxed) == contended) state_.notify_one();
        state_.store(unheld, release);
    }

private:
    atomic<std::uint32_t> state_{unheld};
};

}  // namespace tally::broken
