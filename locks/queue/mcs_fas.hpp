// SPDX-License-Identifier: MIT
// MCS lock whose release only swaps: for machines that have no compare-exchange.
//
//   tail_         the last node of the queue, or null   (swapped by arrivals and by the holder)
//   node.next     who comes after this node             (written once: by the one who comes after,
//                                                        or by a holder who gives it its followers)
//   node.granted  1 when this node's owner may enter    (written once, by the holder before it)
//
// As MCS, but a holder that sees nobody behind it swaps null into tail_ and looks at what came out.
// Its own node: the queue was empty, and the lock is free. Another node: there is a queue, and it
// was cut off. The holder swaps it back in. Who came in between found null and is inside as a
// usurper; its followers are now cut off in turn, and the last of them is given the old queue.
//
// Invariant: each node of the queue is reached by `next` from the holder's, save for links that
// their owners, or a holder in unlock(), are about to write.
// Nearly FIFO, which is unfair: usurpers overtake the queue, and nothing bounds how often. It costs
// the node that the caller brings, and a second swap where MCS has a compare-exchange that fails.
// There is no try_lock: a swap cannot be taken back.
// Mellor-Crummey & Scott 1991, "Algorithms for Scalable Synchronization": the second release there.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mcs_fas {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{
        .next_holder_may_destroy = true,
        .cite = "Mellor-Crummey & Scott 1991, without compare-exchange"};
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> granted{0};
    };

    void lock(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.granted.store(0, relaxed);
        // release: publishes the prepared node to whoever swaps it out.
        // acquire: pairs with that release of the predecessor, so that our link cannot be ordered
        // before its preparation; and with the release of a holder who left null.
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        // release: publishes our prepared `granted` to the predecessor that will write it.
        before->next.signal(&mine, release);
        // acquire: pairs with the release of the hand-over.
        mine.granted.await([](auto now) { return now == 1; }, acquire);
    }

    void unlock(node& mine) noexcept {
        // acquire: pairs with the release of the successor's link.
        node* after = mine.next.load(acquire);
        if (after == nullptr) {
            // release: publishes the critical section to the arrival that finds null.
            node* const last = tail_.exchange(nullptr, release);
            if (last == &mine) return;
            // acquire: pairs with the release of the usurpers' swaps. Their last node is linked
            // below; and if they have come and gone, our successor must see what they did.
            // Who swaps `last` out next is told of it by its owner's own swap: each swap of tail_
            // is part of that release's sequence.
            node* const usurper = tail_.exchange(last, acquire);
            // acquire: as above.
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
            if (usurper != nullptr) {
                // release: publishes the followers' nodes to the usurper.
                usurper->next.signal(after, release);
                return;
            }
        }
        // release: publishes the critical section to the next holder.
        after->granted.signal(1, release);
    }

private:
    atomic<node*> tail_{nullptr};
};

}  // namespace tally
