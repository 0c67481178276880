// SPDX-License-Identifier: MIT
// A ticket lock that takes its number in two steps, a load and a store.
//
// Two threads that come at the same time get the same number and enter together. Each access is
// atomic; the pair is not.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class ticket_load_then_store {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo, .cite = "as ticket"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "two threads may take the same number",
        .source = "textbook: a sum of atomic steps is not atomic",
        .caught_by = {.stress = true, .tsan = true, .checker = true}};
    struct node {};

    void lock(node&) noexcept {
        const auto mine = next_.load(seq_cst);
        next_.store(mine + 1, seq_cst);  // wrong: a fetch_add does both
        // Not equal: after two with the same number, one number is never called. So that it goes
        // wrong at once and does not hang later, any number that has been called will do.
        serving_.await([=](auto now) { return now - mine < std::uint32_t{1} << 31U; }, acquire);
    }

    void unlock(node&) noexcept { serving_.signal(serving_.load(relaxed) + 1, release); }

private:
    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally::broken
