// SPDX-License-Identifier: MIT
// An absl::Mutex with its detection of deadlocks switched on or off.
//
// The switch is one for the whole program, and is set when a lock is made: where a lock of each
// kind lives at the same time, the younger one's holds for both. A library that was compiled with
// NDEBUG cannot detect, and has nothing to switch.
//
// Debian's library is built without ThreadSanitizer, which therefore sees none of its atomics.
// The annotations tell it what absl's own instrumented build would.
#pragma once

#include <absl/synchronization/mutex.h>

#if defined(__SANITIZE_THREAD__)
#define TALLY_ABSL_UNSEEN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TALLY_ABSL_UNSEEN 1
#endif
#endif

#if defined(TALLY_ABSL_UNSEEN)
#include <sanitizer/tsan_interface.h>
#endif

namespace tally {

template <absl::OnDeadlockCycle Detection>
class absl_lock {
public:
    absl_lock() { absl::SetMutexDeadlockDetectionMode(Detection); }

    void lock() {
        mutex_.Lock();
        acquired();
    }
    bool try_lock() {
        if (!mutex_.TryLock()) return false;
        acquired();
        return true;
    }
    void unlock() {
        releasing();
        mutex_.Unlock();
    }

private:
#if defined(TALLY_ABSL_UNSEEN)
    void acquired() { __tsan_acquire(&mutex_); }
    void releasing() { __tsan_release(&mutex_); }
#else
    void acquired() {}
    void releasing() {}
#endif

    absl::Mutex mutex_;
};

}  // namespace tally

#undef TALLY_ABSL_UNSEEN
