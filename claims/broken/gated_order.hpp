// SPDX-License-Identifier: MIT
// Correct, and accused: two mutexes taken in either order, behind a third that only one can pass.
//
// Taken in opposite orders, two mutexes can deadlock. Here they cannot: whoever takes the
// second is alone behind the gate. ThreadSanitizer's deadlock detector does not look for gates.
#pragma once

#include <mutex>

#include "claims/specimen.hpp"

namespace tally::broken {

template <native_machine Machine>
class gated_order {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "C++11 std::mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::nothing,
        .how = "correct: the gate makes the orders harmless",
        .source =
            "Agarwal et al. 2010, Detection of Deadlock Potentials in Multi-Threaded Programs: "
            "gate locks",
        .missed_by = {.tsan = true},
        .why_missed = "its deadlock detector reports the two orders as a potential deadlock"};
    struct node {
        bool left_first = false;
    };

    void lock(node& mine) {
        gate_.lock();
        left_then_right_ = !left_then_right_;
        mine.left_first = left_then_right_;
        (mine.left_first ? left_ : right_).lock();
        (mine.left_first ? right_ : left_).lock();
    }
    void unlock(node& mine) {
        (mine.left_first ? right_ : left_).unlock();
        (mine.left_first ? left_ : right_).unlock();
        gate_.unlock();
    }

private:
    std::mutex gate_, left_, right_;
    bool left_then_right_ = false;  // behind the gate
};

}  // namespace tally::broken
