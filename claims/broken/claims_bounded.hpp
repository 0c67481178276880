// SPDX-License-Identifier: MIT
// A test-and-test-and-set lock that says a waiter is overtaken at most once by any one thread. It
// is a good lock, and a liar.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class claims_bounded {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{
        .order = admission::bounded, .bypass = 1, .cite = "as tas"};  // wrong: unfair
    static constexpr specimen_traits specimen{
        .breaks = breakage::order,
        .how = "whoever swaps first after a release gets in, as often as it likes",
        .source = "a claim that is not tested is not kept",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "overtaking is no race",
        .threads = 3};
    struct node {};

    void lock(node&) noexcept {
        held_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }

    void unlock(node&) noexcept { held_.signal(0, release); }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
