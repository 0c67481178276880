// SPDX-License-Identifier: MIT
// Two runs, row by row: which became slower, which faster, with a confidence interval.
#pragma once

#include <string>
#include <vector>

#include "kit/statistics.hpp"
#include "results/publish/run.hpp"

namespace tally::results {

enum class change { none, slower, faster, wrong };

struct compared_row {
    std::string name;
    double ratio = 1;        // throughput after, over before, of the medians
    kit::interval range;     // its 95 % bootstrap interval
    bool has_range = false;  // false: too few repetitions, or windows without an increment
    change verdict = change::none;
};

struct comparison {
    std::vector<compared_row> rows;  // the largest change first
    double drift = 1;          // by which all rows changed together: the median of their ratios
    double spread = 0;         // of the rows around it, as a share: what a row may change by itself
    bool drift_known = false;  // false: too few rows in common, and 1 and 0 are taken
    std::vector<std::string> only_in_one;  // names of rows that the other run has not
};

// Machines drift between two runs, and rows differ in how much: what one run's repetitions show is
// less than half of it. The rows that both runs have tell the rest: `drift` is what they have in
// common, `spread` how far from it nineteen of twenty are. A row has changed if all of its interval
// is further than `tolerance` (0.15: 15 %) from 1 and from the drift, and if it is `far_out` times
// as far from the drift as nineteen of twenty: some rows jump about more than others, so that a
// normal distribution's limit would be too near. If the drift itself is beyond the tolerance, each
// row that is beyond it too has changed. With fewer than `fewest_for_drift` rows in common
// nothing is known of the drift, and the tolerance alone decides.
//
// What all rows did together is the machine's drift, or a change to all of the code: two runs
// cannot tell. A row that now loses increments and did not is wrong. A row of fewer repetitions
// than an interval needs is compared by its count alone.
inline constexpr double far_out = 2.5;
inline constexpr std::size_t fewest_for_drift = 20;
comparison compare(const run& before, const run& after, double tolerance);

}  // namespace tally::results
