// SPDX-License-Identifier: MIT
#include "kit/statistics.hpp"

#include <algorithm>
#include <random>

namespace tally::kit {
namespace {

double median_of_scratch(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// Draws with replacement. Not std::uniform_int_distribution: what it draws differs between
// standard libraries, and published intervals must not.
class resampler {
public:
    explicit resampler(std::uint64_t seed) : random_(seed) {}

    double median_of_resample(std::span<const double> values) {
        drawn_.clear();
        for (std::size_t i = 0; i != values.size(); ++i) {
            drawn_.push_back(values[((random_() >> 32U) * values.size()) >> 32U]);
        }
        return median_of_scratch(drawn_);
    }

private:
    std::mt19937_64 random_;
    std::vector<double> drawn_;
};

interval middle_95_percent(std::vector<double>& statistics) {
    std::sort(statistics.begin(), statistics.end());
    const auto last = static_cast<double>(statistics.size() - 1);
    return {statistics[static_cast<std::size_t>(0.025 * last)],
            statistics[static_cast<std::size_t>(0.975 * last + 0.5)]};
}

}  // namespace

double median(std::span<const double> values) {
    std::vector<double> scratch(values.begin(), values.end());
    return median_of_scratch(scratch);
}

interval bootstrap_interval(std::span<const double> values, int resamples, std::uint64_t seed) {
    resampler draw(seed);
    std::vector<double> medians;
    medians.reserve(static_cast<std::size_t>(resamples));
    for (int i = 0; i != resamples; ++i)
        medians.push_back(draw.median_of_resample(values));
    return middle_95_percent(medians);
}

interval bootstrap_ratio(std::span<const double> of, std::span<const double> base, int resamples,
                         std::uint64_t seed) {
    resampler draw(seed);
    std::vector<double> ratios;
    ratios.reserve(static_cast<std::size_t>(resamples));
    for (int i = 0; i != resamples; ++i) {
        const double numerator = draw.median_of_resample(of);
        ratios.push_back(numerator / draw.median_of_resample(base));
    }
    return middle_95_percent(ratios);
}

std::vector<int> ranks(std::span<const interval> best_first) {
    std::vector<int> result;
    std::size_t leader = 0;
    for (std::size_t i = 0; i != best_first.size(); ++i) {
        if (!best_first[i].overlaps(best_first[leader])) leader = i;
        result.push_back(static_cast<int>(leader) + 1);
    }
    return result;
}

}  // namespace tally::kit
