// SPDX-License-Identifier: MIT
// What a person sees when publishing is done: the best of the newest run, in 80 columns.
#pragma once

#include <string>

#include "results/publish/site.hpp"

namespace tally::results {

// The counter table of the newest run (its first ranked table if it has none), the best few of
// each count, std_mutex, and whatever lost increments.
std::string make_summary(const site& of);

}  // namespace tally::results
