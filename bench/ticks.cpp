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

}  // namespace

const bool ticks_are_the_cpus = cpu_says_invariant();

double ns_per_tick() noexcept {
    static const double length = [] {
        if (!ticks_are_the_cpus) return 1.0;
        constexpr std::uint64_t span_ns = 20'000'000;
        const std::uint64_t from_ns = clock_ns();
        const std::uint64_t from = ticks();
        std::uint64_t until_ns = from_ns;
        while (until_ns - from_ns < span_ns)
            until_ns = clock_ns();
        const std::uint64_t until = ticks();
        return static_cast<double>(until_ns - from_ns) / static_cast<double>(until - from);
    }();
    return length;
}

}  // namespace tally::bench
