// SPDX-License-Identifier: MIT
// The crash matrix: what becomes of each lock when a process that uses it is stopped short.
//
// Every cell is counted from trials. A trial makes a lock, brings one process to a named point,
// does to it what the scenario says, and looks at what the next one gets: it enters and is told
// nothing, it enters and is told that the owner died, or it waits for ever. For ever is a
// deadline: 1.5 s the first time that a cell sees it, a tenth of that once it has, and 20 s where
// the lock says that it does not happen.
//
// Steps inside lock() and unlock() are not reached by luck: the process is single-stepped with
// ptrace(2), and killed after each instruction in turn, the libraries' among them. A system call
// is one instruction; what may happen within one is left to the kills at random moments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machines/process/place.hpp"
#include "stress/process/catalogue.hpp"

namespace tally::process_stress {

struct matrix_options {
    unsigned stride = 1;          // of the instructions, every n-th
    unsigned random_kills = 200;  // per lock
    unsigned patience_ms = 1500;  // what is for ever, the first time that a cell sees it
    std::uint64_t seed = 1;
};

// What the next one got, over the trials of one cell.
struct cell {
    std::string scenario;  // e.g. "killed: acquiring"
    std::string next;      // newcomer: comes after the death; waiter: was waiting before it
                           // (behind the one that dies, if it is a waiter that dies)
    unsigned trials = 0;
    unsigned acquired = 0;
    unsigned owner_died = 0;
    unsigned never = 0;
    unsigned aborted = 0;   // was ended by its own C library
    unsigned early = 0;     // of those that entered: while the holder was only stopped, or its
                            // heir (exec, fork) still lived
    unsigned torn = 0;      // found the increment half done
    unsigned repaired = 0;  // of these, put it right because it was told
    std::vector<double> latency_us;  // from the death, or the request if later, to the entry
    std::string note;                // why it could not be tried, if it could not
};

struct matrix_row {
    std::string lock;
    std::string waiting;
    std::string claimed;
    std::vector<cell> cells;
    std::vector<std::string> left_behind;  // kinds of objects, after a kill inside, all closed
};

matrix_row crash(const process::run_folder& run, const subject_entry& subject,
                 const matrix_options& with);

}  // namespace tally::process_stress
