// Two runs, row by row: which became slower, which faster, with a confidence interval.
#pragma once

#include <string>
#include <vector>

#include "results/publish/run.hpp"
#include "results/publish/statistics.hpp"

namespace tally::results {

enum class change { none, slower, faster, wrong };

struct compared_row {
    std::string name;
    double ratio = 1;  // throughput after, over before, of the medians
    interval range;    // its 95 % bootstrap interval
    change verdict = change::none;
};

struct comparison {
    std::vector<compared_row> rows;        // the largest change first
    std::vector<std::string> only_in_one;  // names of rows that the other run has not
};

// Machines drift between two runs, so a row has changed only if all of its interval is further
// than `tolerance` from 1 (0.15: 15 %). A row that now loses increments and did not is wrong.
comparison compare(const run& before, const run& after, double tolerance);

}  // namespace tally::results
