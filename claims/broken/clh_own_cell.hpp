// SPDX-License-Identifier: MIT
// A CLH lock whose threads keep their own cell, and do not go on with their predecessor's.
//
// After unlock() the cell is the successor's to look at. Set busy for the next round it holds
// up a successor that has not looked yet; and who comes back with nobody in between
// waits for its own cell.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class clh_own_cell {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) cell {
        atomic<std::uint32_t> busy{0};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo, .cite = "Craig 1993"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "a cell is used again while it is still the tail, or still watched",
        .source = "the textbook mistake on Craig 1993",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a hang is no race",
        .rounds = 2};
    struct node {
        cell mine;
    };

    void lock(node& with) noexcept {
        with.mine.busy.store(1, relaxed);
        cell* const before = tail_.exchange(&with.mine, acq_rel);
        before->busy.await([](auto now) { return now == 0; }, acquire);
    }

    // Wrong: with.mine goes to the successor here, and `before` would be ours.
    void unlock(node& with) noexcept { with.mine.busy.signal(0, release); }

private:
    cell first_;
    atomic<cell*> tail_{&first_};
};

}  // namespace tally::broken
