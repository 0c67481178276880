// SPDX-License-Identifier: MIT
// A reader-writer lock that gives a reader who had to wait the whole lock.
//
// Readers who come to a free lock share it. One who waited for a writer is let in alone: another
// reader stays out until it leaves, and readers who wait for each other inside wait for ever.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class shared_granted_exclusive {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t alone = ~std::uint32_t{0};

public:
    static constexpr lock_traits traits{.cite = "as SRWLOCK"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "a reader who waited for a writer gets the lock exclusively",
        .source = "microsoft/STL issue 4448 (SRWLOCK)",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a hang is no race",
        .threads = 3};
    struct node {
        bool got_it_alone = false;
    };

    void lock(node&) noexcept {
        std::uint32_t expected = 0;
        while (!users_.compare_exchange_strong(expected, alone, acquire, relaxed)) {
            users_.await([](auto now) { return now == 0; }, relaxed);
            expected = 0;
        }
    }
    void unlock(node&) noexcept { users_.signal(0, release); }

    void lock_shared(node& mine) noexcept {
        std::uint32_t readers = users_.load(relaxed);
        while (readers != alone)
            if (users_.compare_exchange_strong(readers, readers + 1, acquire, relaxed)) return;
        lock(mine);  // wrong: that is more than was asked for
        mine.got_it_alone = true;
    }
    void unlock_shared(node& mine) noexcept {
        if (mine.got_it_alone) {
            mine.got_it_alone = false;
            unlock(mine);
        } else if (users_.fetch_sub(1, release) == 1) {
            users_.notify_all();
        }
    }

private:
    atomic<std::uint32_t> users_{0};  // readers inside, or `alone`
};

}  // namespace tally::broken
