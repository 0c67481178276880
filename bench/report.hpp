// SPDX-License-Identifier: MIT
// Rows as text: CSV, and a line for a person. (As JSON: runs/row.hpp.)
#pragma once

#include <span>
#include <string>

#include "bench/row.hpp"

namespace tally::bench {

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
