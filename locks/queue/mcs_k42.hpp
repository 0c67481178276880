// SPDX-License-Identifier: MIT
// K42's MCS lock: MCS for callers who bring no node.
//
//   queue_.next     the first waiter, while there is one and the lock is held
//   tail_           null: free; &queue_: held, nobody waits; else the last waiter's node
//   node.next       who comes after this waiter               (written by the one who comes)
//   node.granted    1 when this waiter may enter              (written once, by the holder)
//
// Invariant: following `next` from queue_ leads to tail_, save for links about to be written.
// As MCS, with the node on the stack of lock(): it is needed only while its thread waits. A waiter
// that is let in first takes its node out of the queue, and queue_ stands for it from then on.
// FIFO, each waiter on a word of its own, and lock() has the standard's shape. In exchange a thread
// that comes may fail to join the queue and try again, and one that is let in may have to wait for
// the link of the thread behind it.
// IBM's K42 group; described in Scott 2013, "Shared-Memory Synchronization", section 4.3.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mcs_k42 {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) place {
        atomic<place*> next{nullptr};
        atomic<std::uint32_t> granted{0};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "IBM K42, in Scott 2013"};
    struct node {};

    void lock(node& none) noexcept {
        while (!try_lock(none)) {
            // relaxed: the compare-exchange decides.
            place* before = tail_.load(relaxed);
            if (before == nullptr) continue;
            place mine;
            // release: publishes the new place to the successor. acquire: pairs with that release
            // of the predecessor, so that our link is ordered after its `next` was made null.
            if (!tail_.compare_exchange_strong(before, &mine, acq_rel, relaxed)) continue;
            // release: publishes the place to the holder, who will write `granted`.
            before->next.signal(&mine, release);
            // acquire: pairs with the release in unlock().
            mine.granted.await([](auto now) { return now == 1; }, acquire);
            leave_queue(mine);
            return;
        }
    }

    bool try_lock(node&) noexcept {
        place* nobody = nullptr;
        // tail_: null -> &queue_. acquire: pairs with the release in unlock(). relaxed: a failure
        // reads nothing through it.
        return tail_.compare_exchange_strong(nobody, &queue_, acquire, relaxed);
    }

    void unlock(node&) noexcept {
        // acquire: pairs with the release of the first waiter's link.
        place* after = queue_.next.load(acquire);
        if (after == nullptr) {
            place* last = &queue_;
            // tail_: &queue_ -> null. release: publishes the critical section.
            if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) return;
            // Somebody has joined and is about to link. acquire: as above.
            after = queue_.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        // release: publishes the critical section to the next holder.
        after->granted.signal(1, release);
    }

private:
    // The holder's place is on its stack: whoever is behind it is put behind queue_ instead.
    void leave_queue(place& mine) noexcept {
        // acquire: pairs with the release of the link, here and below.
        place* after = mine.next.load(acquire);
        if (after == nullptr) {
            // relaxed: published by the swap of tail_ below.
            queue_.next.store(nullptr, relaxed);
            place* last = &mine;
            // tail_: &mine -> &queue_. release: publishes queue_ to the next arrival, who links.
            if (tail_.compare_exchange_strong(last, &queue_, release, relaxed)) return;
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        // relaxed: read by this thread's unlock() only.
        queue_.next.store(after, relaxed);
    }

    place queue_;
    atomic<place*> tail_{nullptr};
};

}  // namespace tally
