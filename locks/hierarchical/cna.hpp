// SPDX-License-Identifier: MIT
// Compact NUMA-aware lock: an MCS queue whose holder lets in the next waiter of its own NUMA node,
// and keeps those that it passes over in a second queue.
//
//   tail_         the last node of the queue, or null        (swapped by arrivals and holders)
//   in_a_row_     how often the lock stayed in a NUMA node   (the holder's)
//   node.next     who comes after it in its queue            (written by who comes after, or by a
//                                                             holder who moves it)
//   node.granted  1 when its owner may enter                 (written once, by a holder)
//   node.numa     its owner's NUMA node, once it waits       (its owner's, until it links itself)
//   node.first_away, .last_away   both ends of the second queue, or null   (the holder's, in its
//                                                             own node; handed on with the lock)
//
// Invariant: every waiter is in the queue behind the holder or in the second queue, which is null
// when the lock is free. In each queue waiters stand in order of arrival.
// The second queue is let in, before the rest, when nobody of the holder's NUMA node waits, and
// after `batch` hand-overs in a row: so nobody waits for ever. The lock is one word for any number
// of NUMA nodes (and a count here), unlike the trees of cohorts; an uncontended thread does what it
// does in MCS.
// Unfair in numbers. A release may walk past many waiters until it finds one of its NUMA node.
// The paper packs the second queue's head into `granted`, keeps its end in that head, and draws a
// random number, one in 65536, where this lock counts. Dice & Kogan 2019, "Compact NUMA-aware
// Locks".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class cna {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;

    // One where everything is explored, so that it is reached there too.
    static constexpr unsigned batch = Machine::is_native ? 1024 : 1;
    static constexpr unsigned not_asked = ~0U;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Dice & Kogan 2019, CNA"};
    class alignas(cache_line) node {
        friend cna;
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> granted{0};
        plain<unsigned> numa{not_asked};
        plain<node*> first_away{nullptr};
        plain<node*> last_away{nullptr};
    };

    void lock(node& mine) noexcept {
        prepare(mine);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, and with the one in unlock().
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        mine.numa.write(Machine::node());
        // release: publishes our node to the holders, who will read and write it.
        before->next.signal(&mine, release);
        // acquire: pairs with the release of the hand-over.
        mine.granted.await([](auto now) { return now == 1; }, acquire);
    }

    bool try_lock(node& mine) noexcept {
        prepare(mine);
        node* nobody = nullptr;
        // acq_rel: as the swap in lock(). relaxed: a failure reads nothing through it.
        return tail_.compare_exchange_strong(nobody, &mine, acq_rel, relaxed);
    }

    void unlock(node& mine) noexcept {
        // acquire: pairs with the release of the successor's link, here and below.
        node* after = mine.next.load(acquire);
        if (after == nullptr) {
            node* const first_away = mine.first_away.read();
            if (first_away != nullptr) in_a_row_.write(0);
            node* last = &mine;
            // tail_: &mine -> last_away, or null. release: publishes the critical section to the
            // arrival that finds null, and the second queue's end to the one that links to it.
            if (tail_.compare_exchange_strong(last, mine.last_away.read(), release, relaxed)) {
                if (first_away != nullptr) let_in(*first_away);
                return;
            }
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        let_in(choose(mine, *after));
    }

private:
    static void prepare(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link; and so are the rest.
        mine.next.store(nullptr, relaxed);
        mine.granted.store(0, relaxed);
        mine.numa.write(not_asked);
        mine.first_away.write(nullptr);
        mine.last_away.write(nullptr);
    }

    static void let_in(node& next) noexcept {
        // release: publishes the critical section, and the queues, to the next holder.
        next.granted.signal(1, release);
    }

    // Who is next; `after` is first in the queue.
    node& choose(node& mine, node& after) noexcept {
        const unsigned in_a_row = in_a_row_.read();
        if (in_a_row != batch) {
            const unsigned asked = mine.numa.read();
            node* before = nullptr;
            node* const near = find(&after, asked != not_asked ? asked : Machine::node(), before);
            if (near != nullptr) {
                in_a_row_.write(in_a_row + 1);
                if (before != nullptr) send_away(mine, after, *before);
                near->first_away.write(mine.first_away.read());
                near->last_away.write(mine.last_away.read());
                return *near;
            }
        }
        in_a_row_.write(0);
        node* const first_away = mine.first_away.read();
        if (first_away == nullptr) return after;
        // relaxed: published by the hand-over.
        mine.last_away.read()->next.store(&after, relaxed);
        return *first_away;
    }

    // The first from `at` on that is of this NUMA node, or null; `before` is who stands before it.
    static node* find(node* at, unsigned numa, node*& before) noexcept {
        while (at != nullptr && at->numa.read() != numa) {
            before = at;
            // acquire: pairs with the release of the link.
            at = at->next.load(acquire);
        }
        return at;
    }

    // From the head of the queue to the end of the second one.
    static void send_away(node& mine, node& first, node& last) noexcept {
        // relaxed, both: published by the hand-over, and to arrivals by the swap of tail_.
        last.next.store(nullptr, relaxed);
        if (mine.first_away.read() == nullptr)
            mine.first_away.write(&first);
        else
            mine.last_away.read()->next.store(&first, relaxed);
        mine.last_away.write(&last);
    }

    atomic<node*> tail_{nullptr};
    // Apart: arrivals swap tail_.
    alignas(cache_line) plain<unsigned> in_a_row_{0};
};

}  // namespace tally
