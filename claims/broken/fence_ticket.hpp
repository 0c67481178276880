// SPDX-License-Identifier: MIT
// Correct, and accused: a ticket lock that orders by fences and not by the accesses themselves.
//
// The release fence before a relaxed store and the acquire fence after a relaxed load order what
// `release` and `acquire` on the accesses would. ThreadSanitizer does not model fences.
#pragma once

#include <atomic>

#include "claims/specimen.hpp"

// gcc says so itself when it builds this for ThreadSanitizer.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif

namespace tally::broken {

template <native_machine Machine>
class fence_ticket {
public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .waiting = waits::itself, .cite = "as ticket"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::nothing,
        .how = "correct: the fences synchronise",
        .source = "C++20 [atomics.fences]; gcc's -Wtsan says that it is not supported",
        .missed_by = {.tsan = true},
        .why_missed =
            "it does not model std::atomic_thread_fence, and reports the critical "
            "section"};
    struct node {};

    void lock(node&) noexcept {
        const auto mine = next_.fetch_add(1, std::memory_order_relaxed);
        while (serving_.load(std::memory_order_relaxed) != mine)
            Machine::yield();
        std::atomic_thread_fence(std::memory_order_acquire);
    }

    void unlock(node&) noexcept {
        std::atomic_thread_fence(std::memory_order_release);
        serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint32_t> next_{0};
    std::atomic<std::uint32_t> serving_{0};
};

}  // namespace tally::broken

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
