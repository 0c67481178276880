// SPDX-License-Identifier: MIT
// MCS lock whose waiters publish the time, so that a release passes over those that have lost their
// CPU.
//
//   tail_         the last node of the queue, or null    (swapped by arrivals and holders)
//   node.next     who comes after this node              (written once, by the one who comes after)
//   node.seen_at  when its owner was last awake          (its owner's, while it waits)
//   node.told     waiting, granted or passed over        (written once each time, by a holder)
//
// Invariant: as MCS's; whoever is passed over is out of the queue when it is told so, and nobody
// looks at its node any more. Then it queues anew.
// With more threads than CPUs the next in a queue is often not running, and everybody waits until
// it is. A waiter writes the time each `interval`; a release that finds an older time than `stale`
// in the next waiter's node takes it out and looks at the one behind. It passes over `most` at a
// time, and then lets in whoever is next. Unfair: who is always found asleep never gets in. A
// waiter writes its own line again and again, and a release reads the clock. The paper's waiters
// may give up as well, and yield when the holder is inside for very long; both are not done here.
// He, Scherer, Scott 2005, "Preemption Adaptivity in Time-Published Queue-Based Spin Locks".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class mcs_time_published {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // Nanoseconds. Where everything is explored time is counted by who asks for it: there one
    // thread's count is behind another's once, and a waiter looks at its clock no more than once
    // while it waits.
    static constexpr std::uint64_t interval = 5000;
    static constexpr std::uint64_t stale = Machine::is_native ? 10 * interval : 0;
    static constexpr unsigned most = Machine::is_native ? 32 : 1;
    static constexpr bool looks_on = Machine::is_native;

    static constexpr std::uint32_t waiting = 0;
    static constexpr std::uint32_t granted = 1;
    static constexpr std::uint32_t passed_over = 2;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "He, Scherer & Scott 2005, MCS-TP"};
    class alignas(cache_line) node {
        friend mcs_time_published;
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> told{waiting};
        atomic<std::uint64_t> seen_at{0};
    };

    void lock(node& mine) noexcept {
        while (!wait_in_queue(mine)) {
        }
    }

    bool try_lock(node& mine) noexcept {
        prepare(mine);
        node* nobody = nullptr;
        // acq_rel: as the swap in wait_in_queue(). relaxed: a failure reads nothing through it.
        return tail_.compare_exchange_strong(nobody, &mine, acq_rel, relaxed);
    }

    void unlock(node& mine) noexcept {
        node* at = &mine;
        for (unsigned passed = 0;; ++passed) {
            // acquire: pairs with the release of the successor's link, here and below.
            node* after = at->next.load(acquire);
            if (after == nullptr) {
                node* last = at;
                // release: publishes the critical section to the next arrival's swap.
                if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) {
                    if (at != &mine) tell(*at, passed_over);
                    return;
                }
                after = at->next.await([](auto now) { return now != nullptr; }, acquire);
            }
            if (at != &mine) tell(*at, passed_over);
            if (passed == most || is_awake(*after)) return tell(*after, granted);
            at = after;
        }
    }

private:
    static void prepare(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.told.store(waiting, relaxed);
    }

    // False: it was passed over.
    bool wait_in_queue(node& mine) noexcept {
        prepare(mine);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, and with the one in unlock().
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return true;
        // relaxed, here and below: what holders make of it is a guess in any case.
        mine.seen_at.store(Machine::now(), relaxed);
        // release: publishes our prepared node to the holders who will write it.
        before->next.signal(&mine, release);
        constexpr auto is_told = [](std::uint32_t now) { return now != waiting; };
        // acquire, both: pair with the release in tell().
        std::uint32_t told = mine.told.await_for(is_told, acquire, interval);
        while (told == waiting) {
            mine.seen_at.store(Machine::now(), relaxed);
            told = looks_on ? mine.told.await_for(is_told, acquire, interval)
                            : mine.told.await(is_told, acquire);
        }
        return told == granted;
    }

    static bool is_awake(const node& one) noexcept {
        // relaxed: a guess.
        return one.seen_at.load(relaxed) + stale > Machine::now();
    }

    static void tell(node& one, std::uint32_t what) noexcept {
        // release: publishes the critical section, if granted; and our last look at its node.
        one.told.signal(what, release);
    }

    atomic<node*> tail_{nullptr};
};

}  // namespace tally
