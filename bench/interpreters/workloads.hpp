// The workloads: which cases, and what a row of each says.
//
//   interpreter/counter   the classic program: is the number right?
//   interpreter/speed     the same at 1, 2, 4 threads: what does an increment cost?
//   interpreter/cpu       threads that only compute: what do more threads bring?
//   interpreter/io        one thread that answers, beside threads that compute: the convoy
//   interpreter/mixed     increments and work of the thread's own: where an object's lock overtakes
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/interpreters/row.hpp"
#include "bench/interpreters/subject.hpp"

namespace tally::interpreters {

struct one_case {
    std::string name;   // the row's
    bool once = false;  // long, and its answer is a count: measured in the first repetition only
    std::function<row(subject&)> measure;
};

// All cases of a subject, in order. `quick` leaves out the longest.
std::vector<one_case> cases_for(const subject& which, bool quick);

// Rows of one run at several thread counts get `speed_up` over one thread of the same repetition.
void add_speed_up(std::vector<row>& rows);

}  // namespace tally::interpreters
