// SPDX-License-Identifier: MIT
#include "kit/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "kit/catch2.hpp"

using namespace tally::kit;

namespace {

// P(the median of a resample of n is at most the k-th smallest), exactly: more than half of n
// draws fall on the k smallest.
double share_at_most(int n, int k) {
    const double p = static_cast<double>(k) / n;
    double sum = 0;
    for (int i = n / 2 + 1; i <= n; ++i) {
        const double ways =
            std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0));
        sum += ways * std::pow(p, i) * std::pow(1 - p, n - i);
    }
    return sum;
}

// The order statistic at which the exact bootstrap distribution of the median passes `share`.
int exact_quantile(int n, double share) {
    for (int k = 1; k <= n; ++k) {
        if (share_at_most(n, k) >= share) return k;
    }
    return n;
}

}  // namespace

TEST_CASE("the median is the middle value or the mean of the two in the middle") {
    CHECK(median(std::vector{3.0}) == 3);
    CHECK(median(std::vector{9.0, 1.0, 5.0}) == 5);
    CHECK(median(std::vector{4.0, 1.0, 9.0, 2.0}) == 3);
    CHECK(median(std::vector{7.0, 7.0, 7.0, 7.0}) == 7);
}

TEST_CASE("the bootstrap interval agrees with the exact distribution of the resampled median") {
    for (const int n : {5, 7, 9, 11, 15, 21}) {
        std::vector<double> values(static_cast<std::size_t>(n));
        std::iota(values.begin(), values.end(), 1.0);
        // In any order: an interval is of the values, not of when they were measured.
        std::reverse(values.begin(), values.begin() + n / 2);
        const interval found = bootstrap_interval(values);
        INFO("of " << n << " values");
        // Three standard deviations of a share of 0.025 in 10,000 resamples.
        const double noise = 0.0047;
        CHECK(found.low >= exact_quantile(n, 0.025 - noise));
        CHECK(found.low <= exact_quantile(n, 0.025 + noise));
        CHECK(found.high >= exact_quantile(n, 0.975 - noise));
        CHECK(found.high <= exact_quantile(n, 0.975 + noise));
    }
}

TEST_CASE("the bootstrap interval of one value is that value and of equal values their value") {
    CHECK(bootstrap_interval(std::vector{4.0}) == interval{4, 4});
    CHECK(bootstrap_interval(std::vector{4.0, 4.0, 4.0}) == interval{4, 4});
}

TEST_CASE("the bootstrap interval covers the true median about as often as it says") {
    // 400 samples of 15 from a known distribution; percentile intervals of a median this small
    // are known to cover a little less or more than 95 %.
    std::uint64_t state = 1;
    const auto random = [&] {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<double>(state >> 11U) / 9007199254740992.0;
    };
    int covered = 0;
    for (int sample = 0; sample != 400; ++sample) {
        std::vector<double> values;
        for (int i = 0; i != 15; ++i)
            values.push_back(random() * random());
        const interval found = bootstrap_interval(values, 1000);
        const double true_median = 0.18668;  // x (1 - ln x) = 1/2
        if (found.low <= true_median && true_median <= found.high) ++covered;
    }
    CHECK(covered > 400 * 0.90);
    CHECK(covered < 400 * 0.995);
}

TEST_CASE("the same values give the same interval every time") {
    const std::vector values{3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0};
    CHECK(bootstrap_interval(values) == bootstrap_interval(values));
}

TEST_CASE("the ratio of a sample to itself has an interval around one") {
    const std::vector values{10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0};
    std::vector<double> doubled;
    for (const double value : values)
        doubled.push_back(2 * value);
    const interval same = bootstrap_ratio(values, values);
    CHECK(same.low < 1);
    CHECK(same.high > 1);
    const interval twice = bootstrap_ratio(doubled, values);
    CHECK(twice.low > 1);
    CHECK(twice.high < 4);
}

TEST_CASE("who overlaps the best of a rank shares it and the next rank counts those before") {
    const std::vector<interval> best_first{{90, 110}, {85, 95}, {70, 84}, {60, 75}, {10, 20}};
    CHECK(ranks(best_first) == std::vector{1, 1, 3, 3, 5});
    CHECK(ranks(std::vector<interval>{}).empty());
    // Touching is overlapping.
    CHECK(ranks(std::vector<interval>{{5, 6}, {4, 5}}) == std::vector{1, 1});
    // The second shares with the first, the third overlaps the second alone: a new rank.
    CHECK(ranks(std::vector<interval>{{8, 12}, {6, 9}, {5, 7}}) == std::vector{1, 1, 3});
}
