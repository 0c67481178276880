// SPDX-License-Identifier: MIT
// A reader-writer lock made for one writer, used by several.
//
// The writer closes the door to readers and waits for those inside. That another writer is inside
// it never asks: there is none, by contract.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class single_writer {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as Concurrency Kit's ck_swlock"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::misuse,
        .how = "several writers enter a lock that keeps out readers only",
        .source = "Concurrency Kit, ck_swlock(3): a single-writer lock, by design",
        .caught_by = {.stress = true, .tsan = true, .checker = true}};
    struct node {};

    void lock(node&) noexcept {
        writing_.store(1, seq_cst);  // wrong as soon as there are two
        readers_.await([](auto now) { return now == 0; }, seq_cst);
    }
    void unlock(node&) noexcept { writing_.signal(0, seq_cst); }

    void lock_shared(node&) noexcept {
        for (;;) {
            readers_.fetch_add(1, seq_cst);
            if (writing_.load(seq_cst) == 0) return;
            leave();
            writing_.await([](auto now) { return now == 0; }, relaxed);
        }
    }
    void unlock_shared(node&) noexcept { leave(); }

private:
    void leave() noexcept {
        if (readers_.fetch_sub(1, seq_cst) == 1) readers_.notify_all();
    }

    atomic<std::uint32_t> writing_{0};
    atomic<std::uint32_t> readers_{0};
};

}  // namespace tally::broken
