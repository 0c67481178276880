// SPDX-License-Identifier: MIT
// A ticket lock whose numbers are too few for its threads: here two.
//
// With a third thread the numbers go round: the third has the number of the first, who is
// being served, and enters. An 8-bit ticket does this with 257 threads.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class narrow_ticket {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t numbers = 2;

public:
    static constexpr lock_traits traits{.order = admission::fifo, .cite = "as ticket"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "the numbers wrap round, and two threads have the same one at a time",
        .source = "the textbook overflow; Linux x86 kept 8-bit tickets to machines under 256 CPUs",
        .caught_by = {.stress = true, .tsan = true, .checker = true},
        .threads = 3};
    struct node {};

    void lock(node&) noexcept {
        const auto mine = next_.fetch_add(1, relaxed) % numbers;  // wrong: too few
        serving_.await([=](auto now) { return now == mine; }, acquire);
    }

    void unlock(node&) noexcept {
        const auto mine = serving_.load(relaxed);
        serving_.signal((mine + 1) % numbers, release);
    }

private:
    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally::broken
