// SPDX-License-Identifier: MIT
// A reader-writer spin lock whose writer leaves with a relaxed store.
//
// What the writer wrote may become visible after the lock is seen free.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class rwlock_relaxed_unlock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t writing = ~std::uint32_t{0};

public:
    static constexpr lock_traits traits{.cite = "as the spin crate's RwLock"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "the writer's unlock publishes nothing to the next reader or writer",
        .source = "spin-rs issue 65 (RwLock before 0.5.2)",
        .caught_by = {.tsan = true, .checker = true},
        .missed_by = {.stress = true},
        .why_missed = "on x86 a plain store is a release",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = 0;
        // acquire: meant to pair with the two unlocks.
        while (!users_.compare_exchange_weak(expected, writing, acquire, relaxed)) {
            users_.await([](auto now) { return now == 0; }, relaxed);
            expected = 0;
        }
    }
    // Wrong: relaxed.
    void unlock(node&) noexcept { users_.signal(0, relaxed); }

    void lock_shared(node&) noexcept {
        std::uint32_t readers = users_.load(relaxed);
        for (;;) {
            if (readers == writing)
                readers = users_.await([](auto now) { return now != writing; }, relaxed);
            // acquire: meant to pair with the release in unlock().
            if (users_.compare_exchange_weak(readers, readers + 1, acquire, relaxed)) return;
        }
    }
    void unlock_shared(node&) noexcept {
        std::uint32_t readers = users_.load(relaxed);
        // release: pairs with the acquire in lock().
        while (!users_.compare_exchange_weak(readers, readers - 1, release, relaxed)) {
        }
        // A waiting writer may be asleep.
        if (readers == 1) users_.notify_all();
    }

private:
    atomic<std::uint32_t> users_{0};  // readers inside, or `writing`
};

}  // namespace tally::broken
