// SPDX-License-Identifier: MIT
// CLH lock: a queue in which each waiter watches its predecessor's cell.
//
//   tail_         the last arrival's cell                   (swapped by arrivals)
//   cell.busy     1 while its thread is inside or waiting   (written by that thread only)
//   node.mine     the cell that this thread will enqueue    (its own)
//   node.before   the predecessor's cell while enqueued     (its own)
//
// Invariant: from tail_ backwards, each cell's thread waits for the cell before it; the oldest
// cell that is not busy was left by the last holder. Of n threads and one lock there are
// n + 1 cells, and each is owned by exactly one of them: by a node, or by the lock as tail_.
// A thread enqueues its cell and leaves with its predecessor's, which nobody watches any more.
// FIFO. A release is one store, and never waits. The cell watched is another thread's memory.
// There is no try_lock: a tail cell seen free may be dequeued, reused and busy again at the
// same address before a compare-exchange on tail_ succeeds, and one would have to wait.
// Craig 1993, "Building FIFO and Priority-Queuing Spin Locks from Atomic Swap"; Magnusson,
// Landin, Hagersten 1994, "Queue Locks on Cache Coherent Multiprocessors".
#pragma once

#include <memory>
#include <utility>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class clh {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) cell {
        atomic<std::uint32_t> busy{0};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Craig 1993; Magnusson, Landin & Hagersten 1994"};
    class node {
        friend clh;
        std::unique_ptr<cell> mine = std::make_unique<cell>();
        cell* before = nullptr;
    };

    clh() : tail_(std::make_unique<cell>().release()) {}
    clh(const clh&) = delete;
    clh& operator=(const clh&) = delete;
    // relaxed: nobody is inside or waiting, and who destroys a lock knows that by other means.
    ~clh() { std::unique_ptr<cell>(tail_.load(relaxed)); }

    void lock(node& with) noexcept {
        // relaxed: published by the swap of tail_.
        with.mine->busy.store(1, relaxed);
        // release: publishes the busy cell to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, so that its cell is not read
        // as it was before it became busy.
        with.before = tail_.exchange(with.mine.get(), acq_rel);
        // acquire: pairs with the release in the predecessor's unlock().
        with.before->busy.await([](auto now) { return now == 0; }, acquire);
    }

    void unlock(node& with) noexcept {
        // The cell is the successor's, or the lock's, as soon as it is not busy.
        cell* const left = with.mine.release();
        with.mine.reset(std::exchange(with.before, nullptr));
        // release: publishes the critical section to the next holder.
        left->busy.signal(0, release);
    }

private:
    atomic<cell*> tail_;
};

}  // namespace tally
