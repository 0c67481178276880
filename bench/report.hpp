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

// One repetition as an object of that array, on one line without its end.
std::string to_json_line(const row& of, unsigned repetitions);

// One line per repetition; a figure that a row lacks is an empty field.
std::string to_csv(std::span<const row> rows);

// The heading, and one line for all repetitions of a row, by their medians. On a terminal that is
// too narrow for it the figures stand below the name. `columns`: of the terminal; 0: there is none,
// and a line may be as long as it likes.
std::string console_heading(std::size_t name_width, std::size_t columns);
std::string console_line(std::span<const row> repetitions, std::size_t name_width,
                         std::size_t columns);
// "<strategy>: <its note>" in lines that fit `columns` (0: any length), with the last newline.
std::string console_note(const row& of, std::size_t columns);

}  // namespace tally::bench
