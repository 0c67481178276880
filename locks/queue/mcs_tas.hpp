// SPDX-License-Identifier: MIT
// MCS queue before a test-and-set word: whoever comes while the word is 0 goes in past the queue.
//
//   held_        1 while somebody is inside           (swapped by arrivals and by the first waiter,
//                                                      cleared by the holder)
//   tail_        the last node of the queue, or null  (swapped by those who have to wait)
//   node.next    who comes after this node            (written once, by the one who comes after)
//   node.first   1 when this node heads the queue     (written once, by its predecessor)
//
// Invariant: held_ == 0 if and only if nobody is inside; of all who wait only the head of the queue
// watches held_. It leaves the queue when it gets in, and who is behind it watches from then on.
// A release is one store, and an arrival that finds the lock free makes one swap: the fast path of
// a test-and-set lock, without its herd of waiters. The queue orders nothing but the waiting.
// Unfair: a waiter is overtaken for as long as others come at the right moment, which is why a lock
// with more threads than CPUs does not stop where MCS does. Locks in which newcomers must let the
// queue pass once it has lost too often: fissile, qspinlock.
// A hybrid of Anderson 1990 and Mellor-Crummey & Scott 1991; described as LOITER in Dice 2017,
// "Malthusian Locks".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mcs_tas {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "after Mellor-Crummey & Scott 1991; Dice 2017"};
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> first{0};
    };

    void lock(node& mine) noexcept {
        if (try_lock(mine)) return;
        wait_in_queue(mine);
        // acquire: pairs with the release in unlock().
        while (held_.exchange(1, acquire) != 0)
            // relaxed: only a hint that the swap may succeed; nothing is read through it.
            held_.await([](auto now) { return now == 0; }, relaxed);
        leave_queue(mine);
    }

    bool try_lock(node&) noexcept {
        // relaxed: a hint. acquire: pairs with the release in unlock().
        return held_.load(relaxed) == 0 && held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.signal_one(0, release);
    }

private:
    void wait_in_queue(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.first.store(0, relaxed);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, so that our link cannot be ordered
        // before its preparation.
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        // release: publishes our prepared `first` to the predecessor that will write it.
        before->next.signal(&mine, release);
        // relaxed: the lock is not handed over here; held_ decides.
        mine.first.await([](auto now) { return now == 1; }, relaxed);
    }

    void leave_queue(node& mine) noexcept {
        // acquire: pairs with the release of the successor's link, here and below.
        node* after = mine.next.load(acquire);
        if (after == nullptr) {
            node* last = &mine;
            // relaxed, both: who finds null has nothing to read of us.
            if (tail_.compare_exchange_strong(last, nullptr, relaxed, relaxed)) return;
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        // relaxed: as the await in wait_in_queue().
        after->first.signal(1, relaxed);
    }

    atomic<std::uint32_t> held_{0};
    // Apart: arrivals that queue do not disturb who watches held_.
    alignas(cache_line) atomic<node*> tail_{nullptr};
};

}  // namespace tally
