// SPDX-License-Identifier: MIT
// A spin lock that looks until it is free, and then sets it, in two steps.
//
// Two that look at the same time both set it.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class test_then_set {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as ttas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "two threads may see the lock free, and both take it",
        .source = "textbook: the reason for test-and-set",
        .caught_by = {.stress = true, .tsan = true, .checker = true}};
    struct node {};

    void lock(node&) noexcept {
        held_.await([](auto now) { return now == 0; }, acquire);
        held_.store(1, relaxed);  // wrong: not one step with the look
    }

    void unlock(node&) noexcept { held_.signal(0, release); }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
