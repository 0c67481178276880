// SPDX-License-Identifier: MIT
// Linux's queued spin lock: one word, in which the first waiter is a bit and the rest are a queue.
//
//   word_         tail, pending, locked: the last node of the queue or 0; 1 while the first waiter
//                 watches the word without a node; 1 while somebody is inside
//   node.next     who comes after this node           (written once, by the one who comes after)
//   node.first    1 when this node heads the queue    (written once, by its predecessor)
//
// Invariant: the waiters in order of arrival are the owner of `pending`, then the queue. Nobody
// sets `pending` for long while there is a queue, and the head of the queue enters once `pending`
// and `locked` are both 0.
//
//   tail,pending,locked
//   lock, free             0,0,0 -> 0,0,1
//   lock, one before       0,0,1 -> 0,1,1    waits for   0,1,0 -> 0,0,1
//   lock, more before      t,p,l -> me,p,l   waits to be first, then for pending and locked to go:
//                          me,0,0 -> 0,0,1   or, with others behind,   t,0,0 -> t,0,1
//   unlock                 t,p,1 -> t,p,0
//
// FIFO. With two threads no node is touched: `pending` spares the queue's cache lines. In Linux the
// tail is a CPU's number and the whole is four bytes; here it is a node's address, whose low bits
// are free, and eight. Linux clears `locked` by a store to its byte; this is a read-modify-write.
// Long & Zijlstra 2014, Linux 4.2, after the description at the head of kernel/locking/qspinlock.c.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class qspinlock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    using bits = std::uintptr_t;

    static constexpr bits locked = 1;
    static constexpr bits pending = 2;
    static constexpr bits tail = ~(locked | pending);

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Long & Zijlstra 2014, Linux qspinlock"};
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> first{0};
    };

    void lock(node& mine) noexcept {
        if (try_lock(mine) || wait_as_pending()) return;
        node* const before = join_queue(mine);
        if (before != nullptr) {
            // release: publishes our prepared `first` to the predecessor that will write it.
            before->next.signal(&mine, release);
            // acquire: pairs with the release of the predecessor, who has set `locked` before: else
            // we could go on to see the word as it was before that, free.
            mine.first.await([](auto now) { return now == 1; }, acquire);
        }
        // acquire: pairs with the release in unlock().
        bits seen = word_.await([](auto now) { return (now & (locked | pending)) == 0; }, acquire);
        // me,0,0 -> 0,0,1. relaxed, both: the await has read what is to be read. It fails if others
        // have come behind, or if one of them tries `pending` just now.
        if (seen == of(mine) && word_.compare_exchange_strong(seen, locked, relaxed, relaxed))
            return;
        // t,0,0 -> t,0,1. Nobody else can: all who come queue. relaxed: as above.
        word_.fetch_or(locked, relaxed);
        // acquire: pairs with the release of the successor's link.
        node* const after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        // release: publishes that `locked` is set to the new head.
        after->first.signal(1, release);
    }

    bool try_lock(node&) noexcept {
        bits free = 0;
        // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing through it.
        return word_.compare_exchange_strong(free, locked, acquire, relaxed);
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder. After it the lock may be
        // gone: the wake-up passes an address and reads nothing there.
        if ((word_.fetch_and(~locked, release) & ~locked) != 0) word_.notify_all();
    }

private:
    static bits of(const node& one) noexcept { return reinterpret_cast<bits>(&one); }

    // False: others wait, and one queues behind them.
    bool wait_as_pending() noexcept {
        // relaxed: decides only whether to try.
        if ((word_.load(relaxed) & ~locked) != 0) return false;
        // acquire: pairs with the release in unlock(), should the lock have become free.
        const bits before = word_.fetch_or(pending, acquire);
        if ((before & ~locked) != 0) {
            if ((before & pending) == 0) {
                // The head of the queue may be waiting for the bit to go. relaxed: says no more.
                word_.fetch_and(~pending, relaxed);
                word_.notify_all();
            }
            return false;
        }
        // acquire: pairs with the release in unlock().
        if ((before & locked) != 0)
            word_.await([](auto now) { return (now & locked) == 0; }, acquire);
        // t,1,0 -> t,0,1. relaxed: as the compare-exchange in lock().
        word_.fetch_add(locked - pending, relaxed);
        return true;
    }

    // Makes `mine` the tail and returns the one before, or null.
    node* join_queue(node& mine) noexcept {
        // relaxed, both: published by the compare-exchange and by the link.
        mine.next.store(nullptr, relaxed);
        mine.first.store(0, relaxed);
        // relaxed: the compare-exchange decides.
        bits seen = word_.load(relaxed);
        // release: publishes the prepared node to the successor. acquire: pairs with that release
        // of the predecessor, so that our link cannot be ordered before its preparation.
        while (!word_.compare_exchange_strong(seen, of(mine) | (seen & ~tail), acq_rel, relaxed)) {
        }
        return reinterpret_cast<node*>(seen & tail);
    }

    atomic<bits> word_{0};
};

}  // namespace tally
