// SPDX-License-Identifier: MIT
// Broken: a lock that forgets to lock on every thousandth call.
//
//   held_        1 while somebody is inside            (swapped by arrivals, cleared by the holder)
//   node.calls   how often this node's owner has come  (its own)
//   node.forgot  whether it came in without the lock   (its own)
//
// The other 999 calls keep it right nearly always: what a rare path without the lock looks like.
#pragma once

#include "claims/specimen.hpp"
#include "machines/contract.hpp"

namespace tally::broken {

template <class Machine>
class forgetful {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "Linux locktorture, lock_busted"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "every thousandth lock() returns without the lock, so two are inside at a time",
        .source = "Linux kernel/locking/locktorture.c, the busted lock, made rare",
        .caught_by = {.stress = true, .tsan = true},
        .missed_by = {.checker = true},
        .why_missed = "a thousand calls are more than an exhaustive search can reach",
        .rounds = 1000};
    struct node {
        unsigned calls = 0;
        bool forgot = false;
    };

    void lock(node& mine) noexcept {
        mine.forgot = ++mine.calls % 1000 == 0;
        if (mine.forgot) return;
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0) {
            // relaxed: only a hint that the swap may succeed.
            held_.await([](auto now) { return now == 0; }, relaxed);
        }
    }

    void unlock(node& mine) noexcept {
        if (mine.forgot) return;
        // release: publishes the critical section to the next holder.
        held_.signal_one(0, release);
    }

private:
    atomic<std::uint32_t> held_{0};
};

}  // namespace tally::broken
