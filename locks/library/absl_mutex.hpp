// SPDX-License-Identifier: MIT
// absl::Mutex as Debian builds it: it looks for deadlocks at every lock and unlock.
//
// A mutex with conditions, readers and a queue of waiters in one word. Spins a while, then enqueues
// and sleeps on a semaphore of the thread's own. A waiter woken often enough is given the lock.
// Unfair otherwise.
//
// The detection keeps a graph of which lock was taken while which was held, under a lock of its
// own. A library compiled with NDEBUG has none of it. absl_mutex_no_detection.hpp is this lock with
// the detection switched off.
// needs: absl absl::synchronization libabsl-dev
#pragma once

#include <string_view>

#include "machines/absl_lock.hpp"
#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class absl_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Abseil absl::Mutex"};
    static constexpr std::string_view note =
        "looks for deadlocks at every lock and unlock, as a library built without NDEBUG "
        "(Debian's) "
        "does until it is told not to";
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    absl_lock<absl::OnDeadlockCycle::kAbort> mutex_;
};

}  // namespace tally
