// SPDX-License-Identifier: MIT
// Hierarchical CLH: threads queue in their NUMA node first, and the head of such a queue appends
// all of it at once to the global one.
//
//   global_      the last cell of the global queue              (swapped by heads)
//   tails_[n]    the last cell that came in NUMA node n, or null before the first   (swapped by
//                                                                arrivals)
//   cell.state   numa, spliced, busy: the NUMA node of its thread; 1 once it is the last one that a
//                head has appended; 1 while its thread is inside or waits    (its thread's, and a
//                                                                head's, before that thread enters)
//   place.mine   the cell that the thread of this number will queue next     (its own)
//   place.numa   the NUMA node that it queues in, for ever                   (its own)
//
// Invariant: from global_ backwards each cell's thread waits for the cell before it. Who swaps a
// cell out of tails_[n] waits for it: if that is not busy any more, and was not the last one to be
// appended, it is inside; if that was appended as the last, or is used by another NUMA node by now,
// it is the head. Nobody of NUMA node n uses a cell again that still stands in tails_[n]: between
// the two somebody of n would have had to come, and swapped it out.
// So a batch is what has gathered while the head was on its way; within it a hand-over stays in the
// NUMA node. Nobody waits for ever, and there is no constant to choose. But batches are short where
// few come at a time: that is what cohort locks do better.
// FIFO within a NUMA node, and no bound is claimed. The cells belong to the lock, one for each
// thread that there may be: an old one may still be looked at. A thread that moves to another NUMA
// node keeps its first one here. There is no try_lock, as in CLH.
// Luchangco, Nussbaum, Shavit 2006, "A Hierarchical CLH Queue Lock".
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class hclh {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;

    static constexpr std::uint32_t busy = 1;
    static constexpr std::uint32_t spliced = 2;
    static constexpr std::uint32_t numa_one = 4;
    static constexpr unsigned not_asked = ~0U;

    struct alignas(cache_line) cell {
        atomic<std::uint32_t> state{0};
    };

    struct place {
        cell first;
        plain<cell*> mine{&first};
        plain<unsigned> numa{not_asked};
    };

    struct alignas(cache_line) home {
        atomic<cell*> tail{nullptr};
    };

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Luchangco, Nussbaum & Shavit 2006"};
    class node {
        friend hclh;
        cell* before = nullptr;
    };

    void lock(node& with) noexcept {
        place& here = places_[Machine::thread_number()];
        if (here.numa.read() == not_asked) here.numa.write(Machine::node());
        const std::uint32_t numa = here.numa.read() * numa_one;
        atomic<cell*>& tail = homes_[here.numa.read()].tail;
        cell* const mine = here.mine.read();
        // relaxed: published by the swap of the tail.
        mine->state.store(numa | busy, relaxed);
        // release: publishes the busy cell to who swaps it out, and to the head who appends it.
        // acquire: pairs with that release of the predecessor.
        with.before = tail.exchange(mine, acq_rel);
        if (with.before != nullptr) {
            // acquire: pairs with the release in unlock().
            const std::uint32_t seen =
                with.before->state.await([=](auto now) { return now != (numa | busy); }, acquire);
            if (seen == numa) return;
        }
        with.before = append(tail);
        // acquire: pairs with the release in unlock().
        with.before->state.await([](auto now) { return (now & busy) == 0; }, acquire);
    }

    void unlock(node& with) noexcept {
        place& here = places_[Machine::thread_number()];
        cell* const left = here.mine.read();
        // Nobody waits for that one any more.
        here.mine.write(with.before);
        // relaxed: a head that wrote it has been inside before. release: publishes the critical
        // section to the next holder.
        left->state.signal(left->state.load(relaxed) & ~busy, release);
    }

private:
    // All that have come in this NUMA node, to the global queue. Returns the cell before them.
    cell* append(atomic<cell*>& tail) noexcept {
        // relaxed: the compare-exchange decides.
        cell* before = global_.load(relaxed);
        cell* last = nullptr;
        do {
            // acquire: pairs with the release of the swap by its thread, whose cell we write.
            last = tail.load(acquire);
            // release: publishes that cell to the next head. acquire: pairs with that release.
        } while (!global_.compare_exchange_strong(before, last, acq_rel, relaxed));
        // relaxed, both: nobody else writes it before we have been inside. Who waits for it in this
        // NUMA node is told to be a head, and no more.
        last->state.signal(last->state.load(relaxed) | spliced, relaxed);
        return before;
    }

    cell first_;
    atomic<cell*> global_{&first_};
    const std::unique_ptr<home[]> homes_{new home[Machine::node_limit()]};
    const std::unique_ptr<place[]> places_{new place[Machine::thread_limit()]};
};

}  // namespace tally
