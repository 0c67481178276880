// SPDX-License-Identifier: MIT
// Reciprocating lock: arrivals pile up on a stack, and the whole stack is let in from the top.
//
//   arrivals_     null: free; `locked_empty`: held, nobody has come since the last stack was taken;
//                 else the last arrival's node     (swapped by arrivals, taken by a holder)
//   node.end      null while its owner waits; then where its segment ends
//                                                  (written once, by the holder before it)
//   node.below    who came before, or null: the next of the segment   (its own)
//
// Invariant: a segment is a stack that was taken as a whole, and a new one is taken only when it is
// used up. Its owners are let in from the top, each told by the one before where the segment ends:
// at null, or at the node of the holder who found the lock free and lies at the bottom of the first
// stack. That node is compared only: it was never waiting, and its owner is gone.
//
// Bounded, not FIFO: of those who come to one segment the last is let in first, but who has been in
// comes to the next segment: a waiter is overtaken once at most by any other thread. Arrival is a
// swap, a hand-over is a store, and neither ever waits for anybody. A waiter watches its own word.
// Over a long time threads that alternate so may get unequal shares, by a factor of two at most.
// Dice & Kogan 2025, "Reciprocating Locks".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class reciprocating {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::bounded,
                                        .bypass = 1,
                                        .next_holder_may_destroy = true,
                                        .cite = "Dice & Kogan 2025, Reciprocating Locks"};
    class alignas(cache_line) node {
        friend reciprocating;
        atomic<node*> end{nullptr};
        // From lock() to unlock(), for its owner only: who is next, or null, and where it ends.
        node* below = nullptr;
        node* segment_end = nullptr;
    };

    void lock(node& mine) noexcept {
        // relaxed: published by the swap of arrivals_.
        mine.end.store(nullptr, relaxed);
        // release: publishes the prepared `end` to the holder, or to the one above us, who will
        // write it. acquire: pairs with that release of the one below, and with the release in
        // unlock() of a holder who left null.
        node* const before = arrivals_.exchange(&mine, acq_rel);
        mine.below = nullptr;
        mine.segment_end = &mine;
        if (before == nullptr) return;
        if (before != locked_empty()) mine.below = before;
        // acquire: pairs with the release of the hand-over.
        mine.segment_end = mine.end.await([](auto now) { return now != nullptr; }, acquire);
        if (mine.below != mine.segment_end) return;
        // The last of the first stack: below lies only who found the lock free.
        mine.below = nullptr;
        mine.segment_end = locked_empty();
    }

    bool try_lock(node& mine) noexcept {
        mine.below = nullptr;
        mine.segment_end = &mine;
        node* nobody = nullptr;
        // acquire: pairs with the release in unlock(). No release: our node is compared only.
        // relaxed: a failure reads nothing through it.
        return arrivals_.compare_exchange_strong(nobody, &mine, acquire, relaxed);
    }

    void unlock(node& mine) noexcept {
        node* next = mine.below;
        if (next == nullptr) {
            // The segment is used up, and arrivals_ is segment_end if nobody has come.
            node* expected = mine.segment_end;
            // release: publishes the critical section to the arrival that finds null. relaxed: a
            // failure reads nothing through it.
            if (arrivals_.compare_exchange_strong(expected, nullptr, release, relaxed)) return;
            // acquire: pairs with the release of the arrival whose node is written below.
            next = arrivals_.exchange(locked_empty(), acquire);
        }
        // release: publishes the critical section to the next holder.
        next->end.signal(mine.segment_end, release);
    }

private:
    // No node lies there.
    static node* locked_empty() noexcept { return reinterpret_cast<node*>(1); }

    atomic<node*> arrivals_{nullptr};
};

}  // namespace tally
