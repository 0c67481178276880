// Rows as text: Google Benchmark's JSON (raw repetitions), CSV, and a line for a person.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "bench/row.hpp"

namespace tally::bench {

// {"context": ..., "benchmarks": [...]}, as Google Benchmark writes it, so that its tools and
// others read it. Each repetition is a benchmark of run_type "iteration"; there are no
// aggregates. Valid JSON always: a figure that is not a number is absent.
std::string to_json(std::span<const row> rows, const nlohmann::ordered_json& context,
                    unsigned repetitions);

// One line per repetition; a figure that a row lacks is an empty field.
std::string to_csv(std::span<const row> rows);

// The heading, and one line for all repetitions of a row, by their medians.
std::string console_heading(std::size_t name_width);
std::string console_line(std::span<const row> repetitions, std::size_t name_width);

}  // namespace tally::bench
