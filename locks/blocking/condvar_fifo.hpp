// SPDX-License-Identifier: MIT
// A lock from a mutex and a condition variable for each waiter: FIFO with nothing but the standard.
//
//   guard_           guards what follows
//   held_            whether somebody is inside
//   first_, last_    the waiters in order of arrival
//   waiter.granted   true when its thread is inside   (written by the holder before it)
//
// As handoff, of the library's parts. A condition variable for each, so that a release wakes the
// one that is next and nobody else. FIFO, and a convoy as handoff is. A contended lock() goes
// through the mutex twice, and so does its thread once more when it is woken.
// Downs 2020, "A Concurrency Cost Hierarchy", where it stands for a lock that is fair and costly.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class condvar_fifo {
    struct waiter {
        std::condition_variable woken;
        bool granted = false;
        waiter* next = nullptr;
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .cite = "Downs 2020, A Concurrency Cost Hierarchy"};
    struct node {};

    void lock(node&) {
        std::unique_lock inside(guard_);
        if (!held_) {
            held_ = true;
            return;
        }
        waiter mine;
        (first_ == nullptr ? first_ : last_->next) = &mine;
        last_ = &mine;
        mine.woken.wait(inside, [&] { return mine.granted; });
    }

    bool try_lock(node&) {
        const std::lock_guard inside(guard_);
        return !std::exchange(held_, true);
    }

    void unlock(node&) {
        const std::lock_guard inside(guard_);
        if (first_ == nullptr) {
            held_ = false;
            return;
        }
        waiter& next = *std::exchange(first_, first_->next);
        next.granted = true;
        // Under the guard: once it is open the waiter may be gone.
        next.woken.notify_one();
    }

private:
    std::mutex guard_;
    bool held_ = false;
    waiter* first_ = nullptr;
    waiter* last_ = nullptr;
};

}  // namespace tally
