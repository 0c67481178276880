// absl::Mutex: a mutex with conditions, readers and a queue of waiters in one word.
//
// Spins a while, then enqueues and sleeps on a semaphore of the thread's own. A waiter woken
// often enough is given the lock. Unfair otherwise.
//
// Debian's library is built without ThreadSanitizer, which therefore sees none of its atomics.
// The annotations tell it what absl's own instrumented build would.
// needs: absl absl::synchronization libabsl-dev
#pragma once

#include <absl/synchronization/mutex.h>

#include "machines/contract.hpp"

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

template <native_machine Machine>
class absl_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Abseil absl::Mutex"};
    struct node {};

    void lock(node&) {
        mutex_.Lock();
        acquired();
    }
    bool try_lock(node&) {
        if (!mutex_.TryLock()) return false;
        acquired();
        return true;
    }
    void unlock(node&) {
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
