// SPDX-License-Identifier: MIT
// A ticket lock whose next holder marks the word as taken before it acquires.
//
// The mark is a relaxed store to the word that the previous holder released. It ends that release's
// sequence: the acquire that follows reads the mark, and what it reads was released by nobody.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class mark_ends_release_sequence {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t taken = 1;

public:
    static constexpr lock_traits traits{.order = admission::fifo, .cite = "as ticket"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "the acquire reads the own relaxed mark and not the previous holder's release",
        .source = "oneTBB pull request 552, issue 1226 (queuing_rw_mutex)",
        .caught_by = {.checker = true},
        .missed_by = {.stress = true, .tsan = true},
        .why_missed =
            "TSan keeps what was released to a word through later relaxed stores, and "
            "on x86 every load is an acquire",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) noexcept {
        // serving_ holds twice the number served, plus one once its owner has come.
        const auto mine = next_.fetch_add(2, relaxed);
        serving_.await([=](auto now) { return now == mine; }, relaxed);
        // Wrong: relaxed, and a store. An exchange with acquire would do both.
        serving_.store(mine | taken, relaxed);
        (void)serving_.load(acquire);
    }

    void unlock(node&) noexcept {
        const auto mine = serving_.load(relaxed) & ~taken;
        serving_.signal(mine + 2, release);
    }

private:
    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally::broken
