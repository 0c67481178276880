// SPDX-License-Identifier: MIT
// A mutex that counts its sleepers beside its word, and looks at the count after a plain store.
//
// A sleeper announces itself and then looks at the word; the holder stores the word and then looks
// at the count. Where the store may come after the look, each misses the other: the holder wakes
// nobody and the sleeper sleeps on a mutex that is free.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class announce_then_look {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as musl's internal locks"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how = "the look at the count of sleepers may come before the store that frees the word",
        .source = "musl commit 3c43c076 (a_store on x86); brpc pull request 3539",
        .caught_by = {.checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a lost wake-up is no race",
        .when_parked_only = true};
    struct node {};

    void lock(node&) noexcept {
        if (held_.exchange(1, acquire) == 0) return;
        sleepers_.fetch_add(1, relaxed);  // wrong: the count and the word need seq_cst
        while (held_.exchange(1, acquire) != 0)
            held_.wait(1, relaxed);
        sleepers_.fetch_sub(1, relaxed);
    }

    void unlock(node&) noexcept {
        held_.store(0, release);  // wrong: likewise
        if (sleepers_.load(relaxed) != 0) held_.notify_one();
    }

private:
    atomic<std::uint32_t> held_{0};
    atomic<std::uint32_t> sleepers_{0};
};

}  // namespace tally::broken
