// SPDX-License-Identifier: MIT
// Every replay string, tried in a fresh process: it must give the same failure.
#pragma once

#include <cstddef>
#include <vector>

#include "check/report.hpp"

namespace tally::check {

// Starts this program again for each failure found. Prints what is not reproduced, and returns
// how many that were.
std::size_t replay_all(const std::vector<subject_report>& reports);

}  // namespace tally::check
