// SPDX-License-Identifier: MIT
// How the programs end, and what judges by it.
#pragma once

namespace tally::kit {

inline constexpr int exit_refuted =
    1;  // what was tried does not hold: a claim, an expected verdict
inline constexpr int exit_bad_input = 2;   // what was asked for is wrong, and nothing was done
inline constexpr int exit_hang = 3;        // the watchdog ended it
inline constexpr int exit_late_touch = 4;  // memory of a destroyed lock was touched
inline constexpr int exit_cannot_say = 5;  // the system refused what a try needs: no verdict
inline constexpr int exit_not_made = 6;    // tally-mutant: the weakened access was never made
inline constexpr int exit_reported = 66;   // ThreadSanitizer reported something: its own code

}  // namespace tally::kit
