// SPDX-License-Identifier: MIT
// The glossary: every figure that a measured row may carry, with its unit and what it means.
//
// Figures stand in the JSON under these names. A figure that a window cannot give is absent, so
// that a table shows n/a: it is never written as 0. Every figure is of one window (repetition);
// medians and intervals are made from the rows later.
#pragma once

#include <string_view>

namespace tally::runs {

struct figure_info {
    std::string_view name;
    std::string_view unit;
    std::string_view meaning;
};

inline constexpr figure_info figures[] = {
    {"increments_per_second", "1/s",
     "increments that completed within the window, by all workers, over its measured length"},
    {"ns_per_increment", "ns",
     "length of the window over those increments, whoever made them; absent if there were none"},
    {"cpu_ns_per_increment", "ns",
     "CPU time of all workers over those increments: what waiting burns shows here"},
    {"wait_p50_ns", "ns",
     "median time from asking for the lock to holding it (strategies without a lock: to having "
     "added); of a sample, less what the readings of the clock alone take at the same rank"},
    {"wait_p99_ns", "ns", "the same, 99th percentile"},
    {"wait_p999_ns", "ns", "the same, 99.9th percentile"},
    {"wait_max_ns", "ns", "the longest in the sample; a longer one may have gone untimed"},
    {"wait_floor_ns", "ns",
     "what such a wait is known to within: from the 10th to the 90th percentile of the readings "
     "alone, taken in the same loop, and a histogram's step; a shorter wait is shown as less than "
     "this"},
    {"wait_p99_floor_ns", "ns",
     "the same for wait_p99_ns: from the 10th to the 99th percentile of the readings alone"},
    {"wait_p999_floor_ns", "ns", "the same for wait_p999_ns, to the 99.9th percentile"},
    {"wait_samples", "", "operations that were timed, in all"},
    {"sampling_share", "", "share of the workers' time that timing took, at most"},
    {"fairness_jain", "",
     "Jain's index of the workers' increments, (sum x)^2 / (n sum x^2): 1 all equal, 1/n one "
     "did everything (Jain, Chiu, Hawe 1984)"},
    {"busiest_half_share", "",
     "share of the increments made by the busier half of the workers (an odd one counts half): "
     "0.5 all equal, 1 the others starved"},
    {"handover_rate", "",
     "share of the increments that followed another worker's: each worker compares the count it "
     "finds with the one it left, in registers, so nothing is added to the shared memory; absent "
     "where adding does not return the count"},
    {"switches_per_increment", "", "context switches of the workers over the increments"},
    {"overlap", "",
     "share of the window in which every worker was in it: from the last to begin to the first "
     "to leave"},
    {"foreign_load", "cores",
     "busy time of the machine that was not ours, over the life of the team: the larger of what "
     "/proc/stat shows (ticks of 10 ms) and what was taken from workers that never slept"},
    {"dirty", "",
     "1: foreign_load above 0.1 (plus one tick of /proc/stat), or the conductor lost its CPU while "
     "announcing, or the process was stopped in the window, or by a CPU quota, or the window "
     "lasted far longer than "
     "planned; and repeating it did not help"},
    {"repeated", "", "times that this window was repeated because it was dirty"},
    {"interval_half_width", "",
     "half of the 95 % interval of the median of increments_per_second over that median, of this "
     "row's repetitions so far: the row ends once it is narrow enough (--settle); absent with "
     "fewer than 5"},
    {"lost", "",
     "increments made less increments counted, warm-up included; not 0 in a strategy that claims "
     "to be exact: the row is an error, and so is the run"},
    {"made", "", "increments made in all, warm-up included: what `lost` is a part of"},
    {"workers", "", "threads (or processes) of the team"},
    {"threads_per_cpu", "", "workers per CPU that this process may use; above 1: oversubscribed"},
    {"by_hand_ns_per_increment", "ns",
     "cost floor only: CPU time of the same loop written by hand, in turn with ours"},
    {"ratio_to_by_hand", "", "cost floor only: our CPU time per increment over the one by hand"},
    {"added_ns_per_increment", "ns",
     "cost floor only: our CPU time per increment less the one by hand"},
};

}  // namespace tally::runs
