// SPDX-License-Identifier: MIT
// Hand-off mutex: a list of sleepers, and a release gives the lock to the first of them.
//
//   guard_          1 while somebody looks at what follows   (swapped by all, for a few steps)
//   held_           whether somebody is inside               (under guard_)
//   first_, last_   the waiters in order of arrival          (under guard_)
//   waiter.next     who comes after this one                 (under guard_)
//   waiter.granted  1 when its thread is inside              (written once, by the holder before)
//
// Invariant: held_ stays set while the lock passes from hand to hand; there are waiters only while
// it is set.
// FIFO in the order in which threads get past the guard, which itself keeps no order. Nobody can
// come between a release and the waiter that it wakes. That is also what it costs:
// while the waiter is on its way from sleep, nobody is inside, and those who come meanwhile have to
// sleep as well. Once all threads of a program queue like this they stay queued, a convoy.
// Pizlo 2016, "Locking in WebKit", measures such a lock against those that let others barge.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class handoff {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;

    struct waiter {
        atomic<std::uint32_t> granted{0};
        plain<waiter*> next{nullptr};
    };

public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .next_holder_may_destroy = true, .cite = "Pizlo 2016, hand-off"};
    struct node {};

    void lock(node&) noexcept {
        enter_guard();
        if (!held_.read()) {
            held_.write(true);
            leave_guard();
            return;
        }
        waiter mine;
        if (first_.read() == nullptr)
            first_.write(&mine);
        else
            last_.read()->next.write(&mine);
        last_.write(&mine);
        leave_guard();
        // acquire: pairs with the release in unlock().
        mine.granted.await([](auto now) { return now == 1; }, acquire);
    }

    bool try_lock(node&) noexcept {
        enter_guard();
        const bool free = !held_.read();
        if (free) held_.write(true);
        leave_guard();
        return free;
    }

    void unlock(node&) noexcept {
        enter_guard();
        waiter* const next = first_.read();
        if (next == nullptr)
            held_.write(false);
        else
            first_.write(next->next.read());
        leave_guard();
        // release: publishes the critical section to the next holder.
        if (next != nullptr) next->granted.signal(1, release);
    }

private:
    void enter_guard() noexcept {
        // acquire, both: pair with the release in leave_guard().
        if (guard_.exchange(1, acquire) != 0)
            guard_.await_exchange(
                1, [](auto was) { return was == 0; }, acquire);
    }
    void leave_guard() noexcept {
        // release: publishes the list and held_ to who enters next; and the critical section, if
        // the lock is left free.
        guard_.signal_one(0, release);
    }

    atomic<std::uint32_t> guard_{0};
    plain<bool> held_{false};
    plain<waiter*> first_{nullptr};
    plain<waiter*> last_{nullptr};
};

}  // namespace tally
