#include "bench/calibrated_work.hpp"

#include <algorithm>
#include <limits>

#include "bench/worker.hpp"

namespace tally::bench {

double measure_step_ns() {
    constexpr int trials = 15;
    constexpr std::uint64_t steps = 200'000;
    work_area area;
    double fastest = std::numeric_limits<double>::max();
    for (int trial = 0; trial != trials; ++trial) {
        const auto from = clock_ns();
        work(area, steps);
        const auto took = static_cast<double>(clock_ns() - from);
        fastest = std::min(fastest, took / static_cast<double>(steps));
    }
    return fastest;
}

}  // namespace tally::bench
