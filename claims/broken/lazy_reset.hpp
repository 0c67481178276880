// SPDX-License-Identifier: MIT
// A lock that is initialised by whoever comes first, where two may come first.
//
// Both see that it is not ready. One initialises it and takes it; the other, late, initialises it
// again, as free, and takes it too. It goes wrong on the first contended use or never.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class lazy_reset {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as ttas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "a late second initialisation sets a held lock free",
        .source =
            "HTTrack pull request 321 (hts_mutexlock); winpthreads: msys2 MINGW-packages issue "
            "25193",
        .caught_by = {.checker = true}};
    struct node {};

    void lock(node&) noexcept {
        // Wrong: look and initialisation are two steps. seq_cst: no order would cure it.
        if (ready_.load(seq_cst) == 0) {
            held_.signal(0, seq_cst);
            ready_.store(1, seq_cst);
        }
        held_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }

    void unlock(node&) noexcept { held_.signal_one(0, release); }

private:
    atomic<std::uint32_t> ready_{0};
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
