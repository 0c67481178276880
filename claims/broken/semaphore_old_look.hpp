// SPDX-License-Identifier: MIT
// A semaphore whose sleeper compares with what it read before it tried, not with what it tried.
//
// A thread reads the permit as free; another takes it first. The thread tries and fails; the other
// gives the permit back, and its wake-up finds nobody asleep. Now the thread sleeps while the word
// is what it read at first: free. It is woken by the next release, if there is one.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class semaphore_old_look {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "as libstdc++ 12's std::binary_semaphore"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::lost_wakeup,
        .how = "the value slept on was read before the last try, and may say that a permit is free",
        .source = "GCC bug 104928 (libstdc++ 11 to 15, std::counting_semaphore::acquire)",
        .caught_by = {.checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a lost wake-up is no race"};
    struct node {};

    void lock(node&) noexcept {
        do {
            const std::uint32_t seen = permits_.load(acquire);
            if (try_take()) return;
            permits_.wait(seen, acquire);  // wrong: `seen` may be 1, and be 1 again
        } while (!try_take());
    }

    void unlock(node&) noexcept {
        if (permits_.fetch_add(1, release) == 0) permits_.notify_all();
    }

private:
    bool try_take() noexcept {
        std::uint32_t permits = permits_.load(acquire);
        return permits != 0 &&
               permits_.compare_exchange_strong(permits, permits - 1, acquire, relaxed);
    }

    atomic<std::uint32_t> permits_{1};
};

}  // namespace tally::broken
