// SPDX-License-Identifier: MIT
// A row: one measured repetition of one benchmark, as every program here stores it and as every
// page is made of it. What is written here is read here, in the shape of Google Benchmark's JSON,
// so that its tools and others read it too:
//
//   {"context": {...}, "benchmarks": [
//   {"name": "counter/ttas/park/threads:2", "run_type": "iteration", ..., "lost": 0.0},
//   ...]}
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runs/row_name.hpp"

namespace tally::runs {

struct row {
    std::string name;     // counter/<strategy>/<waiting>/threads:N
    row_name parts = {};  // the same, taken apart; empty where it is not named so

    // Of a strategy of the catalogue.
    std::string scope =
        {};  // what its workers are: "thread", "process"; empty: it is no strategy's
    std::string family = {};  // the folder of its file, as it was when this was measured
    std::string note = {};    // the strategy's own word on its figures
    bool exact = true;
    bool control = false;  // known to lose increments
    bool shared = true;

    unsigned workers = 1;
    unsigned repetition = 0;
    double real_ns = 0;  // of the window; or from the start to the last worker's end
    double cpu_ns = 0;
    // By the names of runs/glossary.hpp, and of what only some workloads have. A figure that could
    // not be had is absent.
    std::vector<std::pair<std::string, double>> figures = {};
    std::string label = {};
    // Why it was the last of its kind: "settled" (the interval was narrow), "most", or not
    // recorded.
    std::string ended = {};
    std::string error = {};  // not empty: it failed, and nothing above was measured

    // nullptr where the row does not carry this figure.
    const double* find(std::string_view figure) const {
        for (const auto& [known, value] : figures)
            if (known == figure) return &value;
        return nullptr;
    }
};

// One row on one line, without its end. Valid JSON always: a figure that is not a number is absent.
// `repetitions`: how many of this row there are to be, at most.
std::string line_text(const row& of, unsigned repetitions);

// All of a run, a row a line. Each repetition has the run_type "iteration"; there are no
// aggregates.
std::string document_text(std::span<const row> rows, const nlohmann::ordered_json& context,
                          unsigned repetitions);

// What is wrong with a row, or with what ought to hold rows, in one line that goes on after the
// name of a file.
struct bad_row : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Throws bad_row: of an entry that is no row, that contradicts itself, or whose speed or loss, on
// which every table rests, is not a number.
row read_row(const nlohmann::json& entry);

// The repetitions in a document; aggregates are passed over. Throws bad_row.
std::vector<row> read_rows(const nlohmann::json& document);

}  // namespace tally::runs
