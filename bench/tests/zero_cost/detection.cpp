// SPDX-License-Identifier: MIT
// Locks and unlocks each of the rows of absl::Mutex so many times, and the same lock with nothing
// of ours around it: for counting instructions, as pairs.cpp.
#include <absl/synchronization/mutex.h>
#include <valgrind/callgrind.h>

#include <cstdint>
#include <string>

#include "locks/library/absl_mutex.hpp"
#include "locks/library/absl_mutex_no_detection.hpp"
#include "machines/native.hpp"

namespace {

using machine = tally::native<tally::waiting::spin>;

struct by_hand {
    struct node {};
    void lock(node&) { mutex.Lock(); }
    void unlock(node&) { mutex.Unlock(); }
    absl::Mutex mutex;
};

template <class Lock>
[[gnu::noinline]] void pairs(Lock& lock, typename Lock::node& mine, std::uint64_t times) {
    for (std::uint64_t i = 0; i != times; ++i) {
        lock.lock(mine);
        lock.unlock(mine);
    }
}

template <class Lock>
void weigh(const std::string& name) {
    Lock lock;
    typename Lock::node mine;
    pairs(lock, mine, 10);  // what the first time alone costs
    for (const std::uint64_t times : {std::uint64_t{1000}, std::uint64_t{2000}}) {
        const std::string of_this = name + " " + std::to_string(times);
        CALLGRIND_ZERO_STATS;
        pairs(lock, mine, times);
        CALLGRIND_DUMP_STATS_AT(of_this.c_str());
    }
}

}  // namespace

int main() {
    weigh<by_hand>("default hand");
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    weigh<by_hand>("ignoring hand");
    // In this order: each must set what the other one left.
    weigh<tally::absl_mutex<machine>>("with row");
    weigh<tally::absl_mutex_no_detection<machine>>("without row");
}
