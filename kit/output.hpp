// SPDX-License-Identifier: MIT
// Printing that cannot fail in the middle of the work.
//
// A reader that leaves (`| head -1`), or a device that is full, ends the printing and nothing else:
// what was not written is found out at the end, by run_program(). Neither function throws.
#pragma once

#include <string>
#include <string_view>

namespace tally::kit {

// To standard output, which is flushed, so that a row is seen when it is done.
void print(std::string_view text) noexcept;

// To standard error.
void complain(std::string_view text) noexcept;

// Text that came from outside, for a line that is shown: control characters, which could move the
// cursor or forge a line, become '?'.
std::string shown(std::string_view text);

}  // namespace tally::kit
