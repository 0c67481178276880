// SPDX-License-Identifier: MIT
// Go's mutex: lets newcomers barge, until a waiter has starved for a millisecond; from then on the
// lock is handed to who waits first, until nobody starves.
//
//   held       set while somebody is inside                    (set by who gets in, cleared by a
//                                                               release)
//   woken      set while a thread that is awake will try next  (set by it or by who wakes it,
//              and no other need be woken                       cleared by it)
//   starving   set while the lock is handed over               (set by who starves, cleared by who
//                                                               gets in and starves no more)
//   waiters    how many sleep, or are about to                 (added to by them, taken from by
//                                                               releases, or by who is handed it)
//   units_     wake-ups that found nobody asleep yet           (under guard_)
//   first_, last_   both ends of the queue of those who sleep  (under guard_)
//
// Invariant: while somebody waits, somebody is inside, or woken is set, or a release is on its way
// to wake one. While `starving` is set nobody comes in but who is handed the lock.
// In the usual mode a release wakes one, who races with those who come, and queues at the head if
// it loses. That wastes no time, but may be lost for ever; a waiter that has lost for a millisecond
// asks for the other mode. There each hand-over waits for a thread to wake up: a convoy, but in
// order. Who is handed the lock and has waited for less, or is the last, ends it.
// Unfair in numbers: what gets in within that millisecond has no bound.
// unlock() wakes after it has cleared `held`: the next holder must not destroy the lock.
// Vyukov 2017, Go 1.9, after the description at the head of Go's sync/mutex.go. There the queue is
// the runtime's, and the lock eight bytes.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class starvation_mutex {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;
    using bits = std::uint32_t;

    static constexpr bits held = 1;
    static constexpr bits woken = 2;
    static constexpr bits starving = 4;
    static constexpr bits waiter = 8;

    // The first time that a thread is woken where everything is explored.
    static constexpr std::uint64_t patience_ns = Machine::is_native ? 1'000'000 : 1000;
    // Go's four times thirty pauses, of 10 ns or so.
    static constexpr unsigned looks = 4;
    static constexpr std::uint64_t between_looks_ns = 300;

    struct sleeper {
        atomic<std::uint32_t> called{0};
        plain<sleeper*> next{nullptr};
    };

public:
    static constexpr lock_traits traits{.cite = "Vyukov 2017, Go sync.Mutex"};
    struct node {};

    void lock(node&) noexcept {
        bits free = 0;
        // acquire: pairs with the release in unlock().
        if (!state_.compare_exchange_strong(free, held, acquire, relaxed)) lock_waiting();
    }

    bool try_lock(node&) noexcept {
        bits seen = 0;
        // acquire: as above. relaxed: a failure reads nothing through it.
        while (!state_.compare_exchange_strong(seen, seen | held, acquire, relaxed))
            if ((seen & (held | starving)) != 0) return false;
        return true;
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        bits seen = state_.fetch_sub(held, release) - held;
        if ((seen & starving) != 0) return wake();
        while (seen >= waiter && (seen & (held | woken | starving)) == 0)
            // relaxed, both: the semaphore wakes.
            if (state_.compare_exchange_strong(seen, (seen - waiter) | woken, relaxed, relaxed))
                return wake();
    }

private:
    void lock_waiting() noexcept {
        sleeper mine;
        std::uint64_t since = 0;
        bool awake = false;  // it is for us that `woken` is set
        bool starves = false;
        for (bits seen = look_a_while(awake);;) {
            bits wanted = awake ? seen & ~woken : seen;
            if ((seen & starving) == 0) wanted |= held;
            if ((seen & (held | starving)) != 0) wanted += waiter;
            if (starves && (seen & held) != 0) wanted |= starving;
            // acquire: pairs with the release in unlock(), should it have got the lock.
            if (!state_.compare_exchange_strong(seen, wanted, acquire, relaxed)) continue;
            if ((seen & (held | starving)) == 0) return;
            const bool again = since != 0;
            if (!again) since = Machine::now();
            sleep(mine, again);
            starves = starves || Machine::now() - since >= patience_ns;
            // relaxed: who handed the lock over has set nothing since it called us.
            seen = state_.load(relaxed);
            if ((seen & starving) != 0) {
                // Handed over. relaxed: sleep() has read what is to be read.
                const bool ends = !starves || seen / waiter == 1;
                state_.fetch_add(held - waiter - (ends ? starving : 0), relaxed);
                return;
            }
            awake = true;
            seen = look_a_while(awake);
        }
    }

    // Looks a few times whether the lock becomes free, and says so, that nobody is woken meanwhile.
    bits look_a_while(bool& awake) noexcept {
        // relaxed, all: decide only whether and how to try.
        bits seen = state_.load(relaxed);
        for (unsigned look = 0; look != looks && (seen & (held | starving)) == held; ++look) {
            if (!awake && (seen & woken) == 0 && seen >= waiter)
                awake = state_.compare_exchange_strong(seen, seen | woken, relaxed, relaxed);
            Machine::pause_for(between_looks_ns);
            seen = state_.load(relaxed);
        }
        return seen;
    }

    // A semaphore: each wake() ends one sleep(), one that is to come if nobody sleeps.
    void sleep(sleeper& mine, bool at_head) noexcept {
        enter_guard();
        const unsigned units = units_.read();
        if (units != 0) {
            units_.write(units - 1);
            leave_guard();
            return;
        }
        // relaxed: published by the release of the guard.
        mine.called.store(0, relaxed);
        sleeper* const last = last_.read();
        mine.next.write(at_head ? first_.read() : nullptr);
        if (at_head || last == nullptr)
            first_.write(&mine);
        else
            last->next.write(&mine);
        if (!at_head || last == nullptr) last_.write(&mine);
        leave_guard();
        // acquire: pairs with the release in wake().
        mine.called.await([](auto now) { return now == 1; }, acquire);
    }

    void wake() noexcept {
        enter_guard();
        sleeper* const first = first_.read();
        if (first == nullptr) {
            units_.write(units_.read() + 1);
            leave_guard();
            return;
        }
        sleeper* const next = first->next.read();
        first_.write(next);
        if (next == nullptr) last_.write(nullptr);
        leave_guard();
        // release: publishes the critical section, if the lock is handed over; and our last look at
        // the sleeper, who may queue again.
        first->called.signal(1, release);
    }

    void enter_guard() noexcept {
        // acquire: pairs with the release in leave_guard().
        guard_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }
    void leave_guard() noexcept {
        // release: publishes the queue to who enters next; and the critical section, with a unit.
        guard_.signal_one(0, release);
    }

    atomic<bits> state_{0};
    atomic<std::uint32_t> guard_{0};
    plain<unsigned> units_{0};
    plain<sleeper*> first_{nullptr};
    plain<sleeper*> last_{nullptr};
};

}  // namespace tally
