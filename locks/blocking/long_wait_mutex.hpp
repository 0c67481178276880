// SPDX-License-Identifier: MIT
// The mutex of nsync: lets newcomers barge, until a waiter that has lost too often says no.
//
//   held       set while somebody is inside              (set by who gets in, cleared by the
//   holder) guard      set while somebody looks at the queue     (set and cleared by that thread)
//   waiting    set while the queue is not empty          (under the guard)
//   woken      set while one that was woken has neither  (set by the release that wakes it, cleared
//              got in nor queued again                    by the one that was woken)
//   long_wait  set while newcomers must queue            (set and cleared by one who lost too
//   often) first_,    both ends of the queue                    (under the guard) last_
//
// Invariant: if anybody is in the queue, somebody is inside or `woken` is set: there is always one
// thread awake who will see to it that the next is woken.
// Unfair, but not for ever: at most one waiter is awake and races with those who come, which saves
// wake-ups in vain. One that loses queues at the head, and one that was woken `Patience` times sets
// long_wait, after which nobody new gets in before it.
// Burrows 2016, nsync_mu, after its description in the nsync library.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine, unsigned Patience = 30>
class long_wait_mutex {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;
    using bits = std::uint32_t;

    static constexpr bits held = 1;
    static constexpr bits guard = 2;
    static constexpr bits waiting = 4;
    static constexpr bits woken = 8;
    static constexpr bits long_wait = 16;

    struct waiter {
        atomic<std::uint32_t> called{0};
        plain<waiter*> next{nullptr};
    };

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Burrows 2016, nsync"};
    struct node {};

    void lock(node& none) noexcept {
        if (!try_lock(none)) lock_waiting();
    }

    bool try_lock(node&) noexcept {
        bits seen = 0;
        // acquire: pairs with the releases in unlock(). relaxed: a failure reads nothing through
        // it.
        while (!word_.compare_exchange_strong(seen, seen | held, acquire, relaxed))
            if ((seen & (held | long_wait)) != 0) return false;
        return true;
    }

    void unlock(node&) noexcept {
        // relaxed: the compare-exchange decides.
        bits seen = word_.load(relaxed);
        while (true) {
            if ((seen & (waiting | woken)) != waiting) {
                // release: publishes the critical section to the next holder.
                if (word_.compare_exchange_strong(seen, seen & ~held, release, relaxed)) return;
            } else if ((seen & guard) != 0) {
                Machine::pause();
                seen = word_.load(relaxed);
            } else if (word_.compare_exchange_strong(seen, (seen & ~held) | guard | woken, acq_rel,
                                                     relaxed)) {
                // release: as above. acquire: pairs with the release of who had the guard before.
                return wake_first();
            }
        }
    }

private:
    void lock_waiting() noexcept {
        waiter mine;
        bits blocked = held | long_wait;
        bits was_woken = 0;
        bits too_long = 0;
        // relaxed: the compare-exchanges decide.
        bits seen = word_.load(relaxed);
        for (unsigned calls = 0;;) {
            if ((seen & blocked) == 0) {
                // acquire: pairs with the releases in unlock().
                if (word_.compare_exchange_strong(seen, (seen | held) & ~(was_woken | too_long),
                                                  acquire, relaxed))
                    return;
            } else if ((seen & guard) != 0) {
                Machine::pause();
                seen = word_.load(relaxed);
            } else if (word_.compare_exchange_strong(
                           seen, (seen | guard | waiting | too_long) & ~was_woken, acquire,
                           relaxed)) {
                // acquire: pairs with the release of who had the guard before.
                queue(mine, calls != 0);
                // release: publishes the queue to who has the guard next.
                word_.fetch_and(~guard, release);
                // acquire: pairs with the release of the call, after which `mine` is ours again.
                mine.called.await([](auto now) { return now == 1; }, acquire);
                was_woken = woken;
                blocked = held;
                if (++calls == Patience) too_long = long_wait;
                seen = word_.load(relaxed);
            }
        }
    }

    void queue(waiter& mine, bool at_head) noexcept {
        // relaxed: published by the release of the guard.
        mine.called.store(0, relaxed);
        waiter* const last = last_.read();
        mine.next.write(at_head ? first_.read() : nullptr);
        if (at_head || last == nullptr)
            first_.write(&mine);
        else
            last->next.write(&mine);
        if (!at_head || last == nullptr) last_.write(&mine);
    }

    void wake_first() noexcept {
        // Nobody: never, unless an order is weakened so that the queue is not seen as it is.
        waiter* const first = first_.read();
        waiter* const next = first == nullptr ? nullptr : first->next.read();
        first_.write(next);
        if (next == nullptr) last_.write(nullptr);
        // release: publishes the queue to who has the guard next.
        word_.fetch_and(next == nullptr ? ~(guard | waiting) : ~guard, release);
        // release: our last look at the waiter, who may queue again.
        if (first != nullptr) first->called.signal(1, release);
    }

    atomic<bits> word_{0};
    plain<waiter*> first_{nullptr};
    plain<waiter*> last_{nullptr};
};

}  // namespace tally
