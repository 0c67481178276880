// SPDX-License-Identifier: MIT
// Hemlock: a queue without links; a thread has one word, whatever locks it holds.
//
//   tail_        the last arrival's node, or null               (swapped by arrivals)
//   node.grant   the lock that this node's owner hands over     (written by its owner, who hands
//                now, or null                                    over, and cleared by who gets it)
//
// Invariant: each waiter watches the node that it swapped out of tail_, its predecessor's; in all
// nodes together a lock's address stands once at most, and only while nobody is inside.
// A holder writes the lock's address into its own node and waits until the successor has cleared
// it: only then the node may be used for another hand-over. Since the address says which lock is
// meant, one node serves all locks that a thread holds at a time.
// FIFO. In exchange for a word per lock and a word per thread a release waits for an answer, and
// waiters of several locks may watch the same word.
// The paper's variant that polls by a compare-exchange, to have the line exclusively when the
// answer is due, is not done here: how a waiter polls is the machine's. Dice & Kogan 2021,
// "Hemlock: Compact and Scalable Mutual Exclusion".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class hemlock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Dice & Kogan 2021, Hemlock"};
    struct alignas(cache_line) node {
        atomic<const hemlock*> grant{nullptr};
    };

    void lock(node& mine) noexcept {
        // release: publishes our node, which is new or was handed back, to the successor.
        // acquire: pairs with that release of the predecessor, and with the one in unlock().
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        // acquire: pairs with the release of the hand-over.
        before->grant.await([this](auto now) { return now == this; }, acquire);
        // release: this was our last look at the node, which its owner may destroy next.
        before->grant.signal(nullptr, release);
    }

    bool try_lock(node& mine) noexcept {
        node* nobody = nullptr;
        // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing through it.
        // release: publishes our node, as the swap in lock().
        // stronger than needed: for a node that its successor knew before. One that is made and
        // then first used here has no other way to be published, and no program here does that.
        return tail_.compare_exchange_strong(nobody, &mine, acq_rel, relaxed);
    }

    void unlock(node& mine) noexcept {
        node* last = &mine;
        // release: publishes the critical section to the next arrival's swap. relaxed: a failure
        // says that a successor watches our node, and reads nothing through it.
        if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) return;
        // release: publishes the critical section to the next holder.
        mine.grant.signal(this, release);
        // acquire: pairs with the release of the answer.
        mine.grant.await([](auto now) { return now == nullptr; }, acquire);
    }

private:
    atomic<node*> tail_{nullptr};
};

}  // namespace tally
