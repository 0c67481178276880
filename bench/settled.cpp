// SPDX-License-Identifier: MIT
#include "bench/settled.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tally::bench {

std::optional<double> relative_half_width(std::span<const double> throughput) {
    if (throughput.size() < kit::fewest_for_interval) return std::nullopt;
    if (!std::all_of(throughput.begin(), throughput.end(), [](double x) { return x >= 0; }))
        return std::nullopt;
    const double middle = kit::median(throughput);
    if (!(middle > 0) || !std::isfinite(middle)) return std::nullopt;
    const kit::interval range = kit::bootstrap_interval(throughput);
    return (range.high - range.low) / 2 / middle;
}

std::optional<double> half_width_of(std::span<const row> repetitions) {
    std::vector<double> throughput;
    for (const row& each : repetitions) {
        if (!each.error.empty() || each.parts.workload == "floor") return std::nullopt;
        const double* found = each.find("increments_per_second");
        if (found == nullptr) return std::nullopt;
        throughput.push_back(*found);
    }
    return relative_half_width(throughput);
}

unsigned repetition_plan::usual() const noexcept {
    // As many as give an interval that leaves out the outermost of them.
    constexpr unsigned seven = 7;
    return adapts() ? std::min(most, seven) : most;
}

}  // namespace tally::bench
