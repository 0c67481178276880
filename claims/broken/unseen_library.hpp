// SPDX-License-Identifier: MIT
// Correct, and accused: absl::Mutex from a library that was built without ThreadSanitizer.
//
// What its uninstrumented code synchronises, the runtime does not see; locks/library/absl_mutex.hpp
// tells it by annotations, and this one does not.
// needs: absl absl::synchronization libabsl-dev
#pragma once

#include <absl/synchronization/mutex.h>

#include "claims/specimen.hpp"

namespace tally::broken {

template <native_machine Machine>
class unseen_library {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Abseil absl::Mutex"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::nothing,
        .how = "correct: it is absl::Mutex",
        .source = "Clang documentation, ThreadSanitizer: non-instrumented code",
        .missed_by = {.tsan = true},
        .why_missed = "the library's atomics are not instrumented"};
    struct node {};

    void lock(node&) { mutex_.Lock(); }
    void unlock(node&) { mutex_.Unlock(); }

private:
    absl::Mutex mutex_;
};

}  // namespace tally::broken
