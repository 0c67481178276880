// SPDX-License-Identifier: MIT
// The workloads: which cases, and what a row of each says.
//
//   interpreter/counter   the classic program: is the number right?
//   interpreter/speed     the same at 1, 2, 4 threads: what does an increment cost?
//   interpreter/cpu       threads that only compute: what do more threads bring? Each row is a pair
//                         of windows, one thread and several, back to back in one process
//   interpreter/io        one thread that answers, beside threads that compute: the convoy
//   interpreter/mixed     increments and work of the thread's own: where an object's lock overtakes
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/interpreters/subject.hpp"
#include "runs/row.hpp"

namespace tally::interpreters {

using runs::row;

struct one_case {
    std::string name;  // the row's
    // Measured so often at most; a row of its own each time, or several.
    unsigned repetitions = 1;
    // Its answer is a count, which a single time shows too: not measured again once it has cost
    // its share of the run.
    bool may_be_cut = false;
    std::function<std::vector<row>(subject&)> measure = {};
};

struct effort {
    unsigned repetitions = 5;
    bool quick = false;  // leaves out the longest
    // Is it compared with another subject, case by case? If not, what it costs is measured less
    // often: no statement rests on it.
    bool compared = true;
    bool placed = true;  // with its threads put on CPUs of our choice, too
};

// All cases of a subject, in order.
std::vector<one_case> cases_for(const subject& which, const effort& with);

struct contender {
    subject* who;
    const std::vector<one_case>* cases;
};
struct turn {
    subject* who;
    const one_case* what;
};

// In which order the cases of one repetition are measured: those of subjects that are compared
// alternate, so that what changes on the machine meanwhile meets both alike. `groups`: who
// is compared with whom; the first of a group leads.
std::vector<turn> in_turn(const std::vector<std::vector<contender>>& groups);

// Rows of one run at several thread counts get `speed_up` over one thread of the same repetition,
// but for pairs, which bring their own.
void add_speed_up(std::vector<row>& rows);

}  // namespace tally::interpreters
