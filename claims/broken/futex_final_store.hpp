// SPDX-License-Identifier: MIT
// Drepper's second mutex with the final store relaxed: a decrement with release, and then 0.
//
// Until C++17 the decrement headed a release sequence that went on through later stores of the same
// thread, and this was right. C++20 ended that: the store of 0 breaks the sequence, and who takes
// the mutex from it acquires nothing.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class futex_final_store {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { unheld, held, contended };

public:
    static constexpr lock_traits traits{.cite = "Drepper 2011"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "the relaxed store of 0 ends the release sequence of the decrement",
        .source = "Drepper 2011, Futexes Are Tricky, with P0982R1 (Boehm, Giroux, Vafeiadis 2018)",
        .caught_by = {.checker = true},
        .missed_by = {.stress = true, .tsan = true},
        .why_missed =
            "TSan keeps what was released to a word through later relaxed stores, and "
            "on x86 every store is a release",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t expected = unheld;
        if (state_.compare_exchange_strong(expected, held, acquire, relaxed)) return;
        while (state_.exchange(contended, acquire) != unheld)
            state_.wait(contended, relaxed);
    }

    void unlock(node&) noexcept {
        // state_: 1 -> 0, or 2 -> 1 -> 0.
        if (state_.fetch_sub(1, release) == held) return;
        state_.store(unheld, relaxed);  // wrong: must be release
        state_.notify_one();
    }

private:
    atomic<std::uint32_t> state_{unheld};
};

}  // namespace tally::broken
