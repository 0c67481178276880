// SPDX-License-Identifier: MIT
// MPSC lock: a queue of cells whose front says who may enter.
//
//   tail_        the last arrival's cell                           (swapped by arrivals)
//   head_        the cell before that of the thread that may enter (written by who leaves)
//   cell.next    the cell enqueued after it                        (that cell's thread's)
//   node.spare   a cell that nobody uses                           (the thread's own, while it
//                                                                   neither waits nor is inside)
//
// Invariant: following `next` from head_ leads to tail_, save for links about to be written; the
// thread of head_'s successor is inside, and the lock is free when there is none.
// It is the queue of many producers and one consumer of Vyukov 2010, where a thread produces its
// cell, and consumes it when it leaves. It waits for head_ to become the cell that it swapped out.
// A thread enqueues its cell and leaves with the one that was head_, as in CLH; there each waiter
// watches a word of its own, here all watch head_: every release disturbs all of them.
// FIFO. unlock() needs nothing from lock(): the holder's cell is found from head_.
// There is no try_lock: the tail may be enqueued once more between a look and a compare-exchange.
// Ramalhete & Correia 2014, "MPSC Mutex" (Concurrency Freaks); a cell is allocated for each lock()
// there, and kept by its thread here.
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mpsc {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) cell {
        typename Machine::template plain<cell*> next{nullptr};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Ramalhete & Correia 2014, MPSC Mutex"};
    class node {
        friend mpsc;
        std::unique_ptr<cell> spare = std::make_unique<cell>();
    };

    mpsc() : mpsc(std::make_unique<cell>().release()) {}
    mpsc(const mpsc&) = delete;
    mpsc& operator=(const mpsc&) = delete;
    // relaxed: nobody is inside or waiting, and who destroys a lock knows that by other means.
    ~mpsc() { std::unique_ptr<cell>(tail_.load(relaxed)); }

    void lock(node& with) noexcept {
        cell* const mine = with.spare.release();
        // release: orders what our cell was before, as head_ or linked, before its new use.
        // acquire: pairs with that release of the predecessor. Without the two, head_ may still be
        // seen as it was when the predecessor's cell was its value the last time.
        cell* const before = tail_.exchange(mine, acq_rel);
        // The cell is ours to write, since nobody else follows it.
        before->next.write(mine);
        // acquire: pairs with the release in unlock().
        head_.await([=](auto now) { return now == before; }, acquire);
    }

    void unlock(node& with) noexcept {
        // relaxed: only the holder writes head_.
        cell* const before = head_.load(relaxed);
        cell* const mine = before->next.read();
        with.spare.reset(before);
        // release: publishes the critical section to the next holder.
        head_.signal(mine, release);
    }

private:
    explicit mpsc(cell* first) : tail_(first), head_(first) {}

    atomic<cell*> tail_;
    alignas(cache_line) atomic<cell*> head_;
};

}  // namespace tally
