// SPDX-License-Identifier: MIT
// absl::Mutex as its users run it: the detection of deadlocks is switched off.
//
// As absl_mutex.hpp in all else. A library compiled with NDEBUG, as in a user's own optimised
// build, does not detect in the first place; Debian's is told not to by one call.
// needs: absl absl::synchronization libabsl-dev
#pragma once

#include <string_view>

#include "machines/absl_lock.hpp"
#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class absl_mutex_no_detection {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Abseil absl::Mutex"};
    static constexpr std::string_view note =
        "absl::Mutex after SetMutexDeadlockDetectionMode(kIgnore), as in a build with NDEBUG";
    struct node {};

    void lock(node&) { mutex_.lock(); }
    bool try_lock(node&) { return mutex_.try_lock(); }
    void unlock(node&) { mutex_.unlock(); }

private:
    absl_lock<absl::OnDeadlockCycle::kIgnore> mutex_;
};

}  // namespace tally
