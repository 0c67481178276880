// SPDX-License-Identifier: MIT
// Fissile lock: a test-and-set word before a queue, until the head of the queue loses its patience.
//
//   held_        1 while somebody is inside            (swapped by arrivals and the queue's head,
//                                                       cleared by the holder)
//   impatient_   1 while arrivals must queue, free or  (written by the head of the queue)
//                not
//   tail_        the last node of the queue, or null   (swapped by those who have to wait)
//   node.next    who comes after this node             (written once, by the one who comes after)
//   node.first   1 when this node heads the queue      (written once, by its predecessor)
//
// Invariant: held_ == 0 if and only if nobody is inside; of all who queue only the head tries it.
// As mcs_tas, with an end to the overtaking. The head waits a while for a release that nobody else
// uses; then it sets impatient_, and whoever has not looked by then queues. Under little contention
// it is a test-and-set lock, under much it is the queue: it splits.
// Unfair in numbers: how long the head of the queue is overtaken has a bound, how often has none.
// Each queued thread becomes the head in turn, so nobody waits for ever.
// The paper's queue is CNA, which prefers waiters of one socket; this one is MCS, which does not.
// Dice & Kogan 2020, "Fissile Locks".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class fissile {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // The head's patience: so many races lost, and so many nanoseconds before each.
    static constexpr int most_lost = 16;
    static constexpr std::uint64_t patience_ns = 5000;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Dice & Kogan 2020, Fissile Locks"};
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> first{0};
    };

    void lock(node& mine) noexcept {
        if (try_lock(mine)) return;
        wait_in_queue(mine);
        enter_as_head();
        leave_queue(mine);
    }

    bool try_lock(node&) noexcept {
        // relaxed: decides who waits where, and nothing is read through it.
        if (impatient_.load(relaxed) != 0) return false;
        // relaxed: a hint. acquire: pairs with the release in unlock().
        return held_.load(relaxed) == 0 && held_.exchange(1, acquire) == 0;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        held_.signal_one(0, release);
    }

private:
    void enter_as_head() noexcept {
        for (int lost = 0; lost != most_lost; ++lost) {
            // acquire: pairs with the release in unlock().
            if (held_.exchange(1, acquire) == 0) return;
            // relaxed: only a hint that the swap may succeed.
            if (held_.await_for([](auto now) { return now == 0; }, relaxed, patience_ns) != 0)
                break;
        }
        // relaxed, both: arrivals that have looked before may still get in, once each.
        impatient_.store(1, relaxed);
        // acquire, relaxed: as above.
        while (held_.exchange(1, acquire) != 0)
            held_.await([](auto now) { return now == 0; }, relaxed);
        impatient_.store(0, relaxed);
    }

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
    atomic<std::uint32_t> impatient_{0};
    // Apart: arrivals that queue do not disturb who watches held_.
    alignas(cache_line) atomic<node*> tail_{nullptr};
};

}  // namespace tally
