// SPDX-License-Identifier: MIT
// A reader-writer lock that counts a reader in before it may enter.
//
// A writer closes the door and waits until no reader is counted. A reader counts itself, finds the
// door closed and waits for it to open: each waits for the other.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class rwlock_counts_waiting_readers {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as TinyGo's sync.RWMutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "a writer waits for a reader who waits for the writer",
        .source = "TinyGo issue 5692 (sync.RWMutex)",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a hang is no race"};
    struct node {};

    void lock(node&) noexcept {
        writing_.await_exchange(
            1, [](auto was) { return was == 0; }, seq_cst);
        readers_.await([](auto now) { return now == 0; }, seq_cst);
    }
    void unlock(node&) noexcept { writing_.signal(0, seq_cst); }

    void lock_shared(node&) noexcept {
        readers_.fetch_add(1, seq_cst);
        // Wrong: it must not be counted while it waits here.
        writing_.await([](auto now) { return now == 0; }, seq_cst);
    }
    void unlock_shared(node&) noexcept {
        if (readers_.fetch_sub(1, seq_cst) == 1) readers_.notify_all();
    }

private:
    atomic<std::uint32_t> writing_{0};
    atomic<std::uint32_t> readers_{0};
};

}  // namespace tally::broken
