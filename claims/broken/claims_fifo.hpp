// SPDX-License-Identifier: MIT
// A test-and-test-and-set lock that says it is FIFO. It is a good lock, and a liar.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class claims_fifo {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .cite = "as ttas"};  // wrong: unfair
    static constexpr specimen_traits specimen{
        .breaks = breakage::order,
        .how = "whoever swaps first after a release gets in, whenever it came",
        .source = "a claim that is not tested is not kept",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "overtaking is no race",
        .threads = 3};
    struct node {};

    void lock(node&) noexcept {
        while (held_.exchange(1, acquire) != 0)
            held_.await([](auto now) { return now == 0; }, relaxed);
    }

    void unlock(node&) noexcept { held_.signal(0, release); }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
