// SPDX-License-Identifier: MIT
// Text that fits a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace tally::kit {

inline constexpr std::size_t terminal_columns = 80;

// Breaks lines that are longer than `columns` between words. What goes on stands below the text of
// its line: in the second column of a table, else under the line's first word. Words that are
// longer than a line stay whole.
std::string fit_columns(const std::string& text, std::size_t columns = terminal_columns);

}  // namespace tally::kit
