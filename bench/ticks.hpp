// SPDX-License-Identifier: MIT
// The clock that waits are timed with: the CPU's counter of time where it runs at one rate for ever
// and on all CPUs ("invariant"), else CLOCK_MONOTONIC. Reading it is what timing costs most.
#pragma once

#include <cstdint>

namespace tally::bench {

std::uint64_t clock_ns() noexcept;

// Whether ticks() reads the CPU's counter. Told by the CPU; read once, before main().
extern const bool ticks_are_the_cpus;

// Now, in ticks. Everything before has been done, and nothing after has begun.
inline std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
    if (ticks_are_the_cpus) [[likely]] {
        unsigned cpu = 0;
        // The compiler's own names: the header of the intrinsics takes a second to compile, in each
        // unit of the catalogue.
        const std::uint64_t now = __builtin_ia32_rdtscp(&cpu);
        __builtin_ia32_lfence();
        return now;
    }
#endif
    return clock_ns();
}

// The length of a tick in ns, against CLOCK_MONOTONIC: measured over 20 ms at the first call.
double ns_per_tick() noexcept;

}  // namespace tally::bench
