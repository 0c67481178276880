// SPDX-License-Identifier: MIT
// MCS lock: a queue of nodes; each waiter waits on a word of its own.
//
//   tail_         the last node of the queue, or null   (swapped by arrivals)
//   node.next     who comes after this node             (written once, by the one who comes after)
//   node.granted  1 when this node's owner may enter    (written once, by its predecessor)
//
// Invariant: tail_ == null if and only if nobody is inside or waiting; following `next` from
// the holder's node leads to tail_, save for links that their owners are about to write.
// FIFO. A release touches one waiter's line. It costs the node that the caller brings, and a
// release may have to wait for an arrival that has swapped tail_ but not linked itself yet.
// Mellor-Crummey & Scott 1991, "Algorithms for Scalable Synchronization".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mcs {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Mellor-Crummey & Scott 1991"};
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> granted{0};
    };

    void lock(node& mine) noexcept {
        prepare(mine);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, so that our link below cannot
        // be ordered before its preparation, and with the release in unlock().
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        // release: publishes our prepared `granted` to the predecessor that will write it.
        before->next.signal(&mine, release);
        // acquire: pairs with the release of the predecessor's hand-over.
        mine.granted.await([](auto now) { return now == 1; }, acquire);
    }

    bool try_lock(node& mine) noexcept {
        prepare(mine);
        node* nobody = nullptr;
        // acq_rel: as the swap in lock(). relaxed: a failure reads nothing through it.
        return tail_.compare_exchange_strong(nobody, &mine, acq_rel, relaxed);
    }

    void unlock(node& mine) noexcept {
        // acquire: pairs with the release of the successor's link.
        node* after = mine.next.load(acquire);
        if (after == nullptr) {
            node* last = &mine;
            // release: publishes the critical section to the next arrival's swap.
            if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) return;
            // Somebody has swapped tail_ and is about to link. acquire: as above.
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        // release: publishes the critical section to the next holder.
        after->granted.signal(1, release);
    }

private:
    static void prepare(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.granted.store(0, relaxed);
    }

    atomic<node*> tail_{nullptr};
};

}  // namespace tally
