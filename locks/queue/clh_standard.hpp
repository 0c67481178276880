// SPDX-License-Identifier: MIT
// CLH lock whose holder leaves nothing with its caller: unlock() finds everything in the lock.
//
//   tail_         the last arrival's cell                   (swapped by arrivals)
//   head_         the holder's cell                         (written by whoever gets in)
//   cell.busy     1 while its thread is inside or waiting   (written by that thread only)
//   node.spare    a cell that nobody uses                   (the thread's own)
//
// Invariant: as CLH's. From tail_ backwards each cell's thread waits for the cell before it; head_
// is the cell that the first waiter watches. Each cell is owned once: by a node, or by the lock.
// A thread enqueues its spare cell. Once it is let in nobody watches the predecessor's cell any
// more, and that is its spare cell from then on: a thread has one, however many locks it holds,
// and may unlock with another node than it locked with. Only a place to keep the cell (thread-local
// memory, in the original) divides this from the standard's interface.
// FIFO. A release is a read and a store, and never waits. As CLH it has no try_lock.
// Scott 2013, "Shared-Memory Synchronization", section 4.3, of the lock of Craig 1993 and
// Magnusson, Landin & Hagersten 1994. There the cell changes hands in the release; here on entry.
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class clh_standard {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) cell {
        atomic<std::uint32_t> busy{0};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Scott 2013, of Craig 1993"};
    class node {
        friend clh_standard;
        std::unique_ptr<cell> spare = std::make_unique<cell>();
    };

    clh_standard() : tail_(std::make_unique<cell>().release()) {}
    clh_standard(const clh_standard&) = delete;
    clh_standard& operator=(const clh_standard&) = delete;
    // relaxed: nobody is inside or waiting, and who destroys a lock knows that by other means.
    ~clh_standard() { std::unique_ptr<cell>(tail_.load(relaxed)); }

    void lock(node& with) noexcept {
        cell* const mine = with.spare.release();
        // relaxed: published by the swap of tail_.
        mine->busy.store(1, relaxed);
        // release: publishes the busy cell to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, so that its cell is not read as it
        // was before it became busy.
        cell* const before = tail_.exchange(mine, acq_rel);
        // acquire: pairs with the release in the predecessor's unlock().
        before->busy.await([](auto now) { return now == 0; }, acquire);
        with.spare.reset(before);
        head_.write(mine);
    }

    void unlock(node&) noexcept {
        // The next holder writes head_ as soon as the cell is not busy.
        // release: publishes the critical section, and this read of head_, to the next holder.
        head_.read()->busy.signal(0, release);
    }

private:
    atomic<cell*> tail_;
    typename Machine::template plain<cell*> head_{nullptr};
};

}  // namespace tally
