// SPDX-License-Identifier: MIT
#include "bench/ticks.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace tally::bench {

namespace {

bool cpu_says_invariant() noexcept {
#if defined(__x86_64__)
    // AMD64 Architecture Programmer's Manual 3, and Intel SDM 2A, CPUID leaf 8000_0007h, EDX bit 8;
    // RDTSCP: leaf 8000_0001h, EDX bit 27.
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid(0x80000007U, &a, &b, &c, &d) == 0 || (d >> 8U & 1U) == 0) return false;
    return __get_cpuid(0x80000001U, &a, &b, &c, &d) != 0 && (d >> 27U & 1U) != 0;
#else
    return false;
#endif
}

// Both clocks at one moment.
struct moment {
    std::uint64_t ns = 0;
    std::uint64_t ticks = 0;
};

// The tightest of several: whoever loses the CPU between the two clocks is late with one of them.
moment now_on_both() noexcept {
    moment best;
    std::uint64_t tightest = ~std::uint64_t{0};
    for (int trial = 0; trial != 16; ++trial) {
        const std::uint64_t before = ticks();
        const std::uint64_t ns = clock_ns();
        const std::uint64_t between = ticks() - before;
        if (between >= tightest) continue;
        tightest = between;
        best = {ns, before + between / 2};
    }
    return best;
}

}  // namespace

const bool ticks_are_the_cpus = cpu_says_invariant();

double ns_per_tick() noexcept {
    static const double length = [] {
        if (!ticks_are_the_cpus) return 1.0;
        constexpr std::uint64_t span_ns = 20'000'000;
        const moment from = now_on_both();
        while (clock_ns() - from.ns < span_ns) {
        }
        const moment until = now_on_both();
        return static_cast<double>(until.ns - from.ns) /
               static_cast<double>(until.ticks - from.ticks);
    }();
    return length;
}

}  // namespace tally::bench
