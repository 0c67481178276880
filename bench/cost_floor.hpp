// SPDX-License-Identifier: MIT
// The cost floor: what the harness itself adds, shown by loops written by hand.
//
// A row runs the strategy's window and the same loop written by hand in turn (hand, ours, ours,
// hand, ...), because one thing measured after another drifts apart by itself. The loop by hand is
// what one writes without a suite: a fixed number of times, no end announced, nothing sampled.
// Both are judged by their thread's CPU time: with one thread nothing waits, so it is the cost,
// and it is the same when another program takes the CPU for a while.
#pragma once

#include <string_view>

#include "bench/matrix.hpp"

namespace tally::bench {

// Windows that one repetition takes.
inline constexpr double cost_floor_windows = 4;

// Whether there is a loop by hand for this strategy: `empty` and `std_mutex`.
bool has_loop_by_hand(std::string_view strategy) noexcept;

// Figures of the last window, and by_hand_ns_per_increment, ratio_to_by_hand and
// added_ns_per_increment: medians over the pairs of this repetition.
measured measure_cost_floor(const row& identity, const measuring& with, const strategy& s,
                            bool counts);

}  // namespace tally::bench
