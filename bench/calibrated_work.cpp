// SPDX-License-Identifier: MIT
#include "bench/calibrated_work.hpp"

#include <algorithm>
#include <limits>

#include "bench/worker.hpp"

namespace tally::bench {

std::uint64_t time_steps_ns(std::uint64_t steps) {
    work_area area;
    const auto from = clock_ns();
    work(area, steps);
    return clock_ns() - from;
}

double measure_step_ns() {
    // Some 10 us each, and 10 ms in all: a virtual CPU is half as fast while its host runs another
    // beside it, for a millisecond or for many.
    constexpr int trials = 1'000;
    constexpr std::uint64_t steps = 20'000;
    double fastest = std::numeric_limits<double>::max();
    for (int trial = 0; trial != trials; ++trial) {
        const auto took = static_cast<double>(time_steps_ns(steps));
        fastest = std::min(fastest, took / static_cast<double>(steps));
    }
    return fastest;
}

}  // namespace tally::bench
