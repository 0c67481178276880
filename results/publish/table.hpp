// SPDX-License-Identifier: MIT
// The reduced results: every repetition of a row folded into one line, lines ranked, a table for
// each workload and its parameters.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kit/statistics.hpp"
#include "results/publish/run.hpp"

namespace tally::results {

// The counters that tables and charts speak of; others are carried along.
inline constexpr std::string_view throughput_counter = "increments_per_second";
inline constexpr std::string_view lost_counter = "lost";
inline constexpr std::string_view made_counter = "made";
inline constexpr std::string_view dirty_counter = "dirty";
inline constexpr std::string_view half_width_counter = "interval_half_width";
inline constexpr std::string_view crowding_counter = "threads_per_cpu";

// "ttas (spin)"; the waiting is left out where there is only one kind.
std::string label(const std::string& strategy, const std::string& waiting);

enum class standing {
    ranked,
    unchecked,  // its count is not checked: a cost floor
    few,        // fewer repetitions than an interval needs
    model,      // of an interpreter's lock: measured, and nobody's choice of a lock
    control,    // counted right here, but is known to lose, or lost elsewhere in this run
    wrong,      // lost increments, or counted some twice
    failed,     // no repetition gave a figure
    unranked,   // it has figures, but not of increments a second
};

// One strategy, in one kind of waiting, at one scale.
struct line {
    std::string strategy;
    std::string waiting;
    std::string family;
    standing stands = standing::ranked;
    int rank = 0;                    // 0: not ranked
    std::vector<double> throughput;  // increments a second, one for each repetition
    double middle = 0;               // their median
    kit::interval range;             // and its bootstrap interval; if has_interval()
    double lost = 0;                 // increments, over all repetitions
    double made = 0;                 // increments that were made, over all repetitions; 0: unknown
    std::size_t repetitions = 0;
    bool settled = false;                   // and no more, since its interval was narrow
    std::size_t dirty = 0;                  // repetitions disturbed by foreign load
    std::string note;                       // what the strategy's own file says of its figures
    std::string error;                      // of the first repetition that failed
    std::map<std::string, double> medians;  // of every counter, over the repetitions that have it

    const double* find(std::string_view counter) const;
    // What the 99th percentile of the waits is known to within, in ns: a shorter one is told as
    // less than this. Earlier runs recorded one floor for all percentiles. Those that recorded none
    // took what reading the clock costs from one measurement before the run, which was wrong by
    // some tens of ns.
    double p99_floor() const {
        constexpr double of_earliest_runs = 50;
        const double* recorded = find("wait_p99_floor_ns");
        if (recorded == nullptr) recorded = find("wait_floor_ns");
        return recorded == nullptr ? of_earliest_runs : *recorded;
    }
    bool has_interval() const { return throughput.size() >= kit::fewest_for_interval; }
    // It counted right wherever it was measured, whether or not it has a rank.
    bool is_right() const {
        return stands == standing::ranked || stands == standing::few || stands == standing::model;
    }
};

struct table {
    const run* source = nullptr;
    std::string workload;
    std::string parameters;
    std::string scale;                               // "threads", "processes" or empty
    std::map<unsigned, std::vector<line>> by_count;  // each best first, the unranked last

    // Whether lines are ranked by increments a second; other tables show their counters as they
    // are.
    bool has_throughput() const;
};

// Tables of each machine, in order of their names, each from one run: runs made one after the other
// are not repetitions of each other, since machines drift between them. Which run: the newest, but
// not one that was stopped early while there is a whole one, and not one that measured only a
// part of the strategies (less than four fifths) that an earlier one did.
std::map<std::string, std::vector<table>> make_tables(const std::vector<run>& runs);

}  // namespace tally::results
