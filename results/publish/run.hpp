// SPDX-License-Identifier: MIT
// A raw run as it was measured: runs/<machine>/<date>-<revision>/{bench.json,environment.json}. One
// that was killed has bench.jsonl in place of bench.json: a line for each window that had ended.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "results/publish/recorded.hpp"
#include "runs/row.hpp"

namespace tally::results {

using runs::row;

struct run {
    std::string machine;   // the folder: what the CPU is and how many there are
    std::string name;      // the folder: <date>-<revision>
    recorded environment;  // of the machine, the build and the plan
    std::vector<row> rows;
    unsigned miscalibrated = 0;  // rows of `sections` that were left out: see read_run()
    bool complete = true;        // false: somebody stopped it, and rows are missing
    std::string remark = {};     // what to say of how it was read, beginning with the file
};

// What is wrong with a file of a run, in one line that begins with the file.
struct bad_run : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A run that was killed before its first window had ended, which is no fault of the file's.
struct no_row_yet : bad_run {
    using bad_run::bad_run;
};

// Rows of `sections` are left out of a run whose calibration timed an empty loop (it recorded no
// calibration.work_is_kept): their sections took 1.7 to 2.5 times as long as their names say.
//
// Throws no_row_yet; and bad_run when a file is missing, is not whole, or is not a run of this
// suite.
run read_run(const std::filesystem::path& folder);

struct runs_read {
    std::vector<run> runs;          // by machine, then by name
    std::vector<std::string> none;  // what to say of those that were killed before their first row
    std::vector<std::string> bad;   // what bad_run said of the others
};

// Every run below `folder`, which need not exist. One that cannot be read does not keep the others
// from being read.
runs_read read_runs(const std::filesystem::path& folder);

}  // namespace tally::results
