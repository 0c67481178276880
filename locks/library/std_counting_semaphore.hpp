// SPDX-License-Identifier: MIT
// std::counting_semaphore as a lock: a count of permits of which it is given one.
//
// With libstdc++ on Linux std::binary_semaphore is this semaphore with a lower limit, and the limit
// is not looked at. See std_binary_semaphore.hpp, also for why lock() sleeps for a limited time.
#pragma once

#include <chrono>
#include <semaphore>
#include <string_view>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class std_counting_semaphore {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "C++20 std::counting_semaphore"};
    static constexpr std::string_view note =
        "libstdc++ 12 enters the kernel at each release(), whether anybody sleeps or not; there "
        "std_binary_semaphore is the same lock";
    struct node {};

    void lock(node&) {
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE < 16
        while (!permits_.try_acquire_for(std::chrono::milliseconds{10})) {
        }
#else
        permits_.acquire();
#endif
    }
    bool try_lock(node&) { return permits_.try_acquire(); }
    void unlock(node&) { permits_.release(); }

private:
    std::counting_semaphore<> permits_{1};
};

}  // namespace tally
