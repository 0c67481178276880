// SPDX-License-Identifier: MIT
// Broken: a futex mutex whose unlock decrements by acquire where release is meant.
//
//   state_   0 unheld; 1 held; 2 held, and perhaps somebody sleeps
//
// While somebody waits, the store of 0 releases, and all is well. While nobody does, the decrement
// is all that unlock() does, and it publishes nothing. It is Boost.Fiber's spinlock_ttas_futex as
// it stands, without its spinning: for which reason that lock is not in the catalogue.
#pragma once

#include "claims/specimen.hpp"
#include "machines/contract.hpp"

namespace tally::broken {

template <class Machine>
class futex_unlocks_by_acquire {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as Boost.Fiber's spinlock_ttas_futex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "unlock() decrements by acquire: while nobody waits, that orders nothing",
        .source = "Boost 1.74 to 1.83, boost/fiber/detail/spinlock_ttas_futex.hpp",
        .caught_by = {.tsan = true, .checker = true},
        .missed_by = {.stress = true},
        .why_missed = "x86 has no decrement that would not order what came before",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = 0;
        if (state_.compare_exchange_strong(expected, 1, acquire, relaxed)) return;
        while (state_.exchange(2, acquire) != 0)
            state_.wait(2, relaxed);
    }

    void unlock(node&) noexcept {
        // acquire: the bug.
        if (state_.fetch_sub(1, acquire) != 1) {
            state_.store(0, release);
            state_.notify_one();
        }
    }

private:
    atomic<std::uint32_t> state_{0};
};

}  // namespace tally::broken
