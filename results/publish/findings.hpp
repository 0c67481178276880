// SPDX-License-Identifier: MIT
// What a machine's counter table shows, in a few figures: what the chart draws and what the
// sentence under it says are taken from here, so that neither can say what the other does not.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "results/publish/site.hpp"

namespace tally::results {

// One strategy in one kind of waiting, through all counts.
struct course {
    struct point {
        unsigned count = 0;
        double middle = 0;  // increments per second
        kit::interval range;
        double lost_share = 0;
    };
    std::string strategy;
    std::string waiting;
    std::string family;
    bool loses = false;
    std::vector<point> points;  // by count

    const point* at(unsigned count) const;
    std::string label() const { return results::label(strategy, waiting); }
};

struct findings {
    const table* of = nullptr;
    machine_facts machine;
    unsigned full = 0;          // threads that occupy every CPU: the count nearest to it
    unsigned crowded = 0;       // the most threads; equal to `full` if no row is oversubscribed
    std::set<std::string> own;  // strategies of no file of the repository: the reader's
    // What is drawn, at most `most_courses`: std_mutex and fetch_add, the reader's own, the fastest
    // of each family with every CPU busy, what falls furthest beyond, and a control that loses.
    std::vector<course> drawn;
    // The strategy that loses most speed from `full` to `crowded`, and the fastest lock there.
    const course* falls_furthest = nullptr;
    const course* crowded_best = nullptr;
    const course* mutex = nullptr;
    const course* addition = nullptr;
    const course* control = nullptr;

    static constexpr std::size_t most_courses = 9;

    // Times slower with `crowded` threads than with `full`; 0 if unknown.
    double fall_of(const course& it) const;

    // One line, for the top of the chart.
    std::string title() const;
    // The paragraph under the chart, as Markdown.
    std::string sentence() const;
};

// From the table `counter` without parameters, by threads. False if there is none.
bool find(const site& in, const std::string& machine, findings& out);

}  // namespace tally::results
