// SPDX-License-Identifier: MIT
// A reader-writer lock whose writer waits for the last reader with a relaxed load.
//
// The readers' reads may take place after the writer believes them gone, and see what it writes.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class rwlock_writer_waits_relaxed {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as parking_lot's RwLock"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "the writer sees the last reader leave and acquires nothing from it",
        .source = "parking_lot pull request 260, issue 257 (wait_for_readers)",
        .caught_by = {.tsan = true, .checker = true},
        .missed_by = {.stress = true},
        .why_missed = "on x86 a plain load is an acquire",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        writing_.await_exchange(
            1, [](auto was) { return was == 0; }, seq_cst);
        // Wrong: relaxed, where acquire should pair with the release in unlock_shared(). seq_cst
        // in the swap above and in lock_shared() only decides who goes first.
        if (readers_.load(seq_cst) != 0) readers_.await([](auto now) { return now == 0; }, relaxed);
    }
    void unlock(node&) noexcept { writing_.signal(0, release); }

    void lock_shared(node&) noexcept {
        for (;;) {
            readers_.fetch_add(1, seq_cst);
            if (writing_.load(seq_cst) == 0) return;
            unlock_shared_();
            writing_.await([](auto now) { return now == 0; }, relaxed);
        }
    }
    void unlock_shared(node&) noexcept { unlock_shared_(); }

private:
    void unlock_shared_() noexcept {
        // release: meant to pair with an acquire in lock().
        if (readers_.fetch_sub(1, release) == 1) readers_.notify_all();
    }

    atomic<std::uint32_t> writing_{0};
    atomic<std::uint32_t> readers_{0};
};

}  // namespace tally::broken
