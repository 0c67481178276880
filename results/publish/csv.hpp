// SPDX-License-Identifier: MIT
// results/increments.csv: tidy, one row for each measured repetition, a column for each counter.
#pragma once

#include <string>
#include <vector>

#include "results/publish/run.hpp"

namespace tally::results {

// Every row of every run, also of those that tables no longer show. Rows are ordered by machine,
// run, workload, parameters, strategy, waiting, count and repetition; a counter that a row does
// not carry is an empty field. As RFC 4180, but with lines that end in a newline alone.
std::string make_csv(const std::vector<run>& runs);

}  // namespace tally::results
