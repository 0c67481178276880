// SPDX-License-Identifier: MIT
// A futex mutex whose woken sleeper takes the word as held, and not as contended.
//
// Two sleep; one is woken, takes the mutex as if nobody else slept, and on unlocking it wakes
// nobody.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class futex_takes_as_held {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { unheld, held, contended };

public:
    static constexpr lock_traits traits{.cite = "as futex_mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how = "a woken sleeper drops the mark that others sleep",
        .source = "musl commit e7655ed3 (new owner of contended lock must set waiters flag)",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a lost wake-up is no race",
        .when_parked_only = true,
        .threads = 3};
    struct node {};

    void lock(node&) noexcept {
        for (;;) {
            std::uint32_t seen = unheld;
            // Wrong for who has slept: it must take the mutex as contended.
            if (state_.compare_exchange_strong(seen, held, acquire, relaxed)) return;
            if (seen == contended ||
                state_.compare_exchange_strong(seen, contended, relaxed, relaxed))
                state_.wait(contended, relaxed);
        }
    }

    void unlock(node&) noexcept {
        if (state_.exchange(unheld, release) == contended) state_.notify_one();
    }

private:
    atomic<std::uint32_t> state_{unheld};
};

}  // namespace tally::broken
