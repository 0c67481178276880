// SPDX-License-Identifier: MIT
// A counter that adds by an atomic load and an atomic store of the sum.
//
// Two threads load the same number, both store it plus one, and an addition is lost. There is
// no data race: every access is atomic, even in the strongest order.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class load_then_store {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr counter_traits traits{.cite = "textbook"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_update,
        .how = "another thread may add between the load and the store",
        .source = "textbook: a sum of atomic steps is not atomic",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "every access is atomic: there is no race to report"};
    struct node {};

    // Wrong: a fetch_add does both.
    void add(node&, std::uint64_t n) noexcept { value_.store(value_.load(seq_cst) + n, seq_cst); }

    std::uint64_t read() const noexcept { return value_.load(relaxed); }

private:
    atomic<std::uint64_t> value_{0};
};

}  // namespace tally::broken
