// SPDX-License-Identifier: MIT
// For algorithms of two threads: makes one of them a lock that any number of threads may use.
//
// Each node takes a side when it first locks, in turn. A gate, correct, lets one thread at a
// time through on each side; between the two sides decides `Derived`, which has
//
//   void enter(unsigned me)   me is 0 or 1, the other side is 1 - me
//   void leave(unsigned me)
//
// With two threads each has a side of its own and the gates are never contended.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine, class Derived>
class two_sided {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr unsigned none = 2;

public:
    struct node {
        unsigned side = none;
    };

    void lock(node& mine) noexcept {
        // relaxed: only the number matters.
        if (mine.side == none) mine.side = sides_taken_.fetch_add(1, relaxed) % 2;
        // acquire: pairs with the release in unlock(), of a thread of the same side.
        gate_[mine.side].await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
        static_cast<Derived*>(this)->enter(mine.side);
    }

    void unlock(node& mine) noexcept {
        static_cast<Derived*>(this)->leave(mine.side);
        // release: orders threads of the same side.
        gate_[mine.side].signal_one(0, release);
    }

private:
    atomic<std::uint32_t> sides_taken_{0};
    atomic<std::uint32_t> gate_[2]{};
};

}  // namespace tally
