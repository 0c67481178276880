// SPDX-License-Identifier: MIT
// How a number came out over many runs, as a small histogram of text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tally::stress {

// At most `rows` lines of at most `width` columns, one per range of values, smallest first, each
// with its count and a bar; every line ends with a newline. Empty if there are no values. The value
// `right` has a line to itself, if it came out at all: one less is a different thing.
std::string distribution(const std::vector<std::uint64_t>& values, std::uint64_t right,
                         unsigned rows = 10, unsigned width = 78);

}  // namespace tally::stress
