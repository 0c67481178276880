// SPDX-License-Identifier: MIT
// Sleeping on a word, and waking who sleeps there: the system's half of parking.
//
// sleep_on(word, seen)  returns at once unless *word == seen; may return for no reason. Given a
//                       length in nanoseconds, it returns when they have passed.
// wake(word, n)         wakes up to n sleepers. Never reads *word, so the word may be gone
//                       already: a wake at a dead address is at worst a spurious one.
//
// Both take how far they reach. Within one process the kernel knows a word by its address, which
// is cheaper; across processes by the page that it lies in, which may be mapped anywhere. A
// sleeper of one reach never hears a wake of the other.
#pragma once

#include <atomic>
#include <climits>
#include <cstdint>

#if defined(__linux__)
#include <linux/futex.h>
#include <linux/time_types.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif !defined(_WIN32)
#include <algorithm>
#include <chrono>
#include <thread>
#endif

namespace tally::futex {

inline constexpr int everybody = INT_MAX;
inline constexpr std::uint64_t for_ever = ~std::uint64_t{0};  // nanoseconds

enum class reach : std::uint8_t { process, machine };

#if defined(__linux__)

inline void sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                     reach far = reach::process, std::uint64_t nanoseconds = for_ever) noexcept {
    const int operation = far == reach::process ? FUTEX_WAIT_PRIVATE : FUTEX_WAIT;
    constexpr std::uint64_t second = 1'000'000'000;
    // In the kernel's own layout: the system call knows nothing of the C library's.
    __kernel_timespec length{};
    length.tv_sec = static_cast<decltype(length.tv_sec)>(nanoseconds / second);
    length.tv_nsec = static_cast<decltype(length.tv_nsec)>(nanoseconds % second);
    ::syscall(SYS_futex, &word, operation, seen, nanoseconds == for_ever ? nullptr : &length,
              nullptr, 0);
}

inline void wake(const std::atomic<std::uint32_t>& word, int sleepers,
                 reach far = reach::process) noexcept {
    const int operation = far == reach::process ? FUTEX_WAKE_PRIVATE : FUTEX_WAKE;
    ::syscall(SYS_futex, &word, operation, sleepers, nullptr, nullptr, 0);
}

#elif defined(_WIN32)

// WaitOnAddress and its kin, which reach as far as one process. In native.cpp, so that no header
// need bring in <windows.h>. Times are rounded up to milliseconds.
void sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
              reach far = reach::process, std::uint64_t nanoseconds = for_ever) noexcept;
void wake(const std::atomic<std::uint32_t>& word, int sleepers,
          reach far = reach::process) noexcept;

#else

// As good as the library: libstdc++ 12 loses wake-ups where it has no futex (see
// claims/broken/mingw_atomic_wait.hpp).
inline void sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                     reach = reach::process, std::uint64_t nanoseconds = for_ever) noexcept {
    if (nanoseconds == for_ever) return word.wait(seen, std::memory_order_seq_cst);
    // std::atomic has no timed wait: sleep in small steps, each a return for no reason.
    constexpr std::uint64_t step = 50'000;
    if (word.load(std::memory_order_seq_cst) == seen)
        std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(nanoseconds, step)));
}

inline void wake(const std::atomic<std::uint32_t>& word, int sleepers,
                 reach = reach::process) noexcept {
    auto& target = const_cast<std::atomic<std::uint32_t>&>(word);
    if (sleepers == 1)
        target.notify_one();
    else
        target.notify_all();
}

#endif

}  // namespace tally::futex
