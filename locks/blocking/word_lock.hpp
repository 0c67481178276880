// SPDX-License-Identifier: MIT
// WebKit's WordLock: a mutex of one word, which holds the lock and the queue of who sleeps for it.
//
//   word_         first, queue, locked: the first sleeper's place or 0; 1 while somebody changes
//                 the queue; 1 while somebody is inside
//   place.last    the queue's last place, in its first one         (under `queue`)
//   place.next    who comes after this place                       (under `queue`)
//   place.woken   1 when this thread shall try again               (written once, by the holder)
//
// Invariant: `queue` is set only while `locked` is, and `locked` cannot be cleared by another
// thread than the one that set `queue`; so who has set it may store the whole word.
//
//   first,queue,locked
//   lock, free             f,q,0 -> f,q,1   inside
//   lock, held             f,0,1 -> f,1,1 -> f,0,1   its place is last now, and it sleeps
//   unlock, nobody sleeps  0,0,1 -> 0,0,0
//   unlock                 f,0,1 -> f,1,1 -> next of f,0,0   and f is woken
//
// Unfair: who is woken has to race with whoever comes, and queues at the end again if it loses.
// Eight bytes, however many wait; places lie on their threads' stacks. The word lock has its queue
// in itself where byte_lock uses a table, and the table's buckets can be guarded by it.
// Pizlo 2015, WTF::WordLock, described in "Locking in WebKit" (2016). There a thread yields 40
// times before it sleeps; here how long it watches is the machine's.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class word_lock {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;
    using bits = std::uintptr_t;

    static constexpr bits locked = 1;
    static constexpr bits queue = 2;
    static constexpr bits first = ~(locked | queue);

    struct place {
        atomic<std::uint32_t> woken{0};
        plain<place*> next{nullptr};
        plain<place*> last{nullptr};
    };

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Pizlo 2015, WTF::WordLock"};
    struct node {};

    void lock(node& none) noexcept {
        while (!try_lock(none)) {
            place mine;
            // f,0,1 -> f,1,1. relaxed: the compare-exchange decides.
            bits seen = word_.await([](auto now) { return (now & queue) == 0; }, relaxed);
            // acquire: pairs with the release of who changed the queue before. relaxed: a failure
            // reads nothing through it.
            if ((seen & locked) == 0 ||
                !word_.compare_exchange_strong(seen, seen | queue, acquire, relaxed))
                continue;
            place* head = reinterpret_cast<place*>(seen & first);
            if (head == nullptr)
                head = &mine;
            else
                head->last.read()->next.write(&mine);
            head->last.write(&mine);
            // f,1,1 -> f,0,1. release: publishes the queue to who changes it next.
            word_.signal(reinterpret_cast<bits>(head) | locked, release);
            // acquire: pairs with the release in unlock(), after which the place is ours again.
            mine.woken.await([](auto now) { return now == 1; }, acquire);
        }
    }

    bool try_lock(node&) noexcept {
        // relaxed: the compare-exchange decides.
        bits seen = word_.load(relaxed);
        // f,q,0 -> f,q,1. acquire: pairs with the release in unlock().
        while ((seen & locked) == 0)
            if (word_.compare_exchange_strong(seen, seen | locked, acquire, relaxed)) return true;
        return false;
    }

    void unlock(node&) noexcept {
        bits seen = locked;
        // 0,0,1 -> 0,0,0. release: publishes the critical section to the next holder.
        while (!word_.compare_exchange_strong(seen, 0, release, relaxed)) {
            // relaxed: as in lock().
            seen = word_.await([](auto now) { return (now & queue) == 0; }, relaxed);
            // f,0,1 -> f,1,1. acquire: pairs with the release of who changed the queue before.
            if (seen != locked &&
                word_.compare_exchange_strong(seen, seen | queue, acquire, relaxed)) {
                wake_first(*reinterpret_cast<place*>(seen & first));
                return;
            }
            seen = locked;
        }
    }

private:
    void wake_first(place& head) noexcept {
        place* const next = head.next.read();
        if (next != nullptr) next->last.write(head.last.read());
        // f,1,1 -> next,0,0. release: publishes the critical section to the next holder, and the
        // queue to who changes it next. After it the lock may be gone.
        word_.signal(reinterpret_cast<bits>(next), release);
        // release: our last look at the place, which its thread may use again.
        head.woken.signal(1, release);
    }

    atomic<bits> word_{0};
};

}  // namespace tally
