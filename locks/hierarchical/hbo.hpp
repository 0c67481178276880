// SPDX-License-Identifier: MIT
// Hierarchical backoff: a test-and-set word that says on which NUMA node its holder is, and whoever
// is on another one stays away for longer.
//
//   held_   0, or one more than the number of the holder's NUMA node   (taken by arrivals that find
//                                                                       0, cleared by the holder)
//
// Invariant: held_ == 0 if and only if nobody is inside.
// As ttas_backoff, with two lengths of backoff: who is near looks sooner, so that the lock tends to
// stay in a NUMA node, without a queue, a tree or a node from the caller. Whoever sees that the
// lock has come to its own NUMA node, or left it, begins with the other length. Unfair, and more so
// than ttas_backoff: a NUMA node may be passed over for ever. The paper's variants that let one
// thread of a node look for all of it (HBO_GT), and that get angry in the end, are not done here.
// Radovic & Hagersten 2003, "Hierarchical Backoff Locks for Nonuniform Communication
// Architectures".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class hbo {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // In nanoseconds: from about one hand-over between two cores, and one between two NUMA nodes.
    struct range {
        std::uint64_t shortest;
        std::uint64_t longest;
    };
    static constexpr range near{100, 1600};
    static constexpr range far{400, 12'800};

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Radovic & Hagersten 2003, HBO"};
    struct node {};

    void lock(node&) noexcept {
        const std::uint32_t mine = Machine::node() + 1;
        std::uint32_t holder = take(mine);
        while (holder != 0)
            holder = stay_away(mine, holder == mine);
    }

    bool try_lock(node&) noexcept { return take(Machine::node() + 1) == 0; }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.signal_one(0, release);
    }

private:
    // What was there before: 0 if it has got the lock, else the holder's NUMA node and one.
    std::uint32_t take(std::uint32_t mine) noexcept {
        std::uint32_t seen = 0;
        // acquire: pairs with the release in unlock(). relaxed: a failure decides only how long to
        // stay away.
        held_.compare_exchange_strong(seen, mine, acquire, relaxed);
        return seen;
    }

    // Until it has got the lock, or the holder is near no more, or is now: what take() said.
    std::uint32_t stay_away(std::uint32_t mine, bool is_near) noexcept {
        const range& length = is_near ? near : far;
        for (std::uint64_t delay = length.shortest;;) {
            Machine::pause_for(delay);
            const std::uint32_t holder = take(mine);
            if (holder == 0 || (holder == mine) != is_near) return holder;
            if (delay != length.longest)
                delay *= 2;
            else
                // As in ttas_backoff. relaxed: only a hint that the lock may be had.
                held_.await([](auto now) { return now == 0; }, relaxed);
        }
    }

    atomic<std::uint32_t> held_{0};
};

}  // namespace tally
