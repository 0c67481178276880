// SPDX-License-Identifier: MIT
// Median, bootstrap interval, ranks: all the statistics that published tables rest on, and that
// decide when a row has been measured often enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tally::kit {

// The middle value; of an even number of values, the mean of the two in the middle.
// `values` is not empty.
double median(std::span<const double> values);

struct interval {
    double low = 0;
    double high = 0;

    bool overlaps(const interval& other) const { return low <= other.high && other.low <= high; }
    friend bool operator==(const interval&, const interval&) = default;
};

// Of fewer values no interval is told and no rank is given: of one, the interval would be a point,
// and of four, resampling cannot reach 95 %.
inline constexpr std::size_t fewest_for_interval = 5;

// Resamples drawn for one interval, and the seed that each interval starts from: the same
// values give the same interval, in whatever order tables are made.
inline constexpr int bootstrap_resamples = 10'000;
inline constexpr std::uint64_t bootstrap_seed = 20'240'229;

// The 95 % percentile interval of the median (Efron 1979, "Bootstrap Methods: Another Look at the
// Jackknife"). Of one value, that value twice. `values` is not empty.
interval bootstrap_interval(std::span<const double> values, int resamples = bootstrap_resamples,
                            std::uint64_t seed = bootstrap_seed);

// The 95 % percentile interval of median(of) / median(base), each resampled on its own. Neither is
// empty; `base` is positive.
interval bootstrap_ratio(std::span<const double> of, std::span<const double> base,
                         int resamples = bootstrap_resamples, std::uint64_t seed = bootstrap_seed);

// One rank for each interval, given best first: whoever overlaps the best of a rank shares it,
// and the next rank counts those before it (1, 1, 3).
std::vector<int> ranks(std::span<const interval> best_first);

}  // namespace tally::kit
