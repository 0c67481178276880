// SPDX-License-Identifier: MIT
// Test-and-set lock: swap 1 in until 0 comes out.
//
//   held_   1 while somebody is inside   (every waiter swaps it, the holder clears it)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// Unfair. The shortest lock there is; every try is a write, so each waiter takes the line away
// from the holder who wants to release it.
// Anderson 1990, "The Performance of Spin Lock Alternatives", who measures it and its cures.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class tas {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true, .cite = "Anderson 1990"};
    struct node {};

    void lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        held_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }

    bool try_lock(node&) noexcept {
        // acquire: pairs with the release in unlock().
        return held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.signal_one(0, release);
    }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally
