// SPDX-License-Identifier: MIT
// A mutex that sleeps on its count of sleepers, and not on the word that it waits for.
//
// A thread sees the mutex held. The holder frees it, sees no sleepers and wakes nobody. The thread
// counts itself in and sleeps: what it compares with is the count, which nobody will change.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class sleeper_count_apart {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as Shadow's SelfContainedMutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how =
            "the word may be freed between the look at it and the sleep, which compares the "
            "count of sleepers only",
        .source = "Shadow issue 2557 (SelfContainedMutex)",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a lost wake-up is no race"};
    struct node {};

    void lock(node&) noexcept {
        while (held_.exchange(1, seq_cst) != 0) {
            const auto sleepers = sleepers_.fetch_add(1, seq_cst) + 1;
            sleepers_.wait(sleepers, seq_cst);  // wrong: the mutex may be free by now
            sleepers_.fetch_sub(1, seq_cst);
        }
    }

    void unlock(node&) noexcept {
        held_.store(0, seq_cst);
        if (sleepers_.load(seq_cst) != 0) sleepers_.notify_all();
    }

private:
    atomic<std::uint32_t> held_{0};
    atomic<std::uint32_t> sleepers_{0};
};

}  // namespace tally::broken
