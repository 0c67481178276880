// How the programs of stress/ end, and what judges by it. (66 is ThreadSanitizer's: something was
// reported.)
#pragma once

namespace tally::stress {

inline constexpr int exit_refuted = 1;     // a claim does not hold
inline constexpr int exit_bad_input = 2;   //
inline constexpr int exit_hang = 3;        // the watchdog ended it
inline constexpr int exit_late_touch = 4;  // memory of a destroyed lock was touched
inline constexpr int exit_cannot_say = 5;  // the system refused what a try needs: no verdict
inline constexpr int exit_not_made = 6;    // tally-mutant: the weakened access was never made

}  // namespace tally::stress
