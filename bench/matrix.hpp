// SPDX-License-Identifier: MIT
// The matrix: every row that a run measures, decided before anything is measured.
//
// A workload adds its rows here, each with a function that measures one repetition of it. All
// else (order, repetition, dirty windows, what is written and shown) is the same for every row,
// so a workload with a team of its own is one more function that adds rows.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/contest.hpp"
#include "bench/row.hpp"
#include "bench/window.hpp"
#include "kit/duration.hpp"

namespace tally::bench {

// What the figures of this machine depend on, measured before the first window.
struct calibration {
    timing_cost timing;
    double step_ns = 1;  // of calibrated work
};

// What one repetition may use.
struct measuring {
    std::chrono::nanoseconds warm_up{};
    std::chrono::nanoseconds length{};
    hang_handling hang;
    calibration calibrated;
    tally_sheet& sheet;
};

// One repetition: the row's figures filled in, and whether they may be used.
struct measured {
    row result;
    bool dirty = false;
    bool interrupted = false;
};

struct planned_row {
    row identity;  // everything but the repetition and the figures
    std::function<measured(const row& identity, const measuring& with)> measure;
    double windows = 1;  // how long a repetition takes, in windows
};

// A case of the sections workload.
struct section_case {
    std::chrono::nanoseconds critical;
    std::chrono::nanoseconds outside;
};

using kit::to_text;

struct selection {
    std::vector<std::string> workloads;  // empty: all
    std::vector<std::string> strategies;
    std::vector<std::string> waitings;
    std::vector<unsigned> threads;             // of the counter workload
    std::vector<unsigned> threads_apart = {};  // of its rows with the count on a line of its own
    std::vector<unsigned> section_threads;     // of the sections workload
    std::vector<section_case> cases;
    // Of a lock whose machine waits, one kind of waiting for each number of threads: it spins while
    // each has a CPU, and parks beyond. A lock of one's own comes in all kinds.
    bool representatives = false;
};

inline constexpr std::string_view workload_names[] = {"counter", "sections", "floor"};

// Rows in the order of their names' parts; none if nothing is selected.
std::vector<planned_row> make_matrix(const catalogue& from, const selection& wanted);

// Measures one window of `on`, made anew, with a team of threads; what every workload on
// threads does. `identity.error` says so when the count was wrong.
measured measure_window(const row& identity, const measuring& with, contest& on, bool counts);
// The same, with a team of another kind.
measured measure_window(const row& identity, const measuring& with, contest& on, bool counts,
                        team& by);

}  // namespace tally::bench
