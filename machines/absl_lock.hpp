// SPDX-License-Identifier: MIT
// An absl::Mutex with its detection of deadlocks switched on or off.
//
// The switch is one for the whole program, and is set when a lock is made: where a lock of each
// kind lives at the same time, the younger one's holds for both. A library that was compiled with
// NDEBUG cannot detect, and has nothing to switch.
//
// Debian's library is built without ThreadSanitizer, which is told what absl's own instrumented
// build would tell it.
#pragma once

#include <absl/synchronization/mutex.h>

#include "machines/unseen.hpp"

namespace tally {

template <absl::OnDeadlockCycle Detection>
class absl_lock {
public:
    absl_lock() { absl::SetMutexDeadlockDetectionMode(Detection); }

    void lock() {
        mutex_.Lock();
        unseen::acquired(&mutex_);
    }
    bool try_lock() {
        if (!mutex_.TryLock()) return false;
        unseen::acquired(&mutex_);
        return true;
    }
    void unlock() {
        unseen::releasing(&mutex_);
        mutex_.Unlock();
    }

private:
    absl::Mutex mutex_;
};

}  // namespace tally
