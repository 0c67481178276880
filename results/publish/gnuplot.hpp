// SPDX-License-Identifier: MIT
// Charts are drawn by gnuplot.
#pragma once

#include <stdexcept>
#include <string>

namespace tally::results {

struct cannot_draw : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a script prints that draws an SVG to standard output. Throws cannot_draw when gnuplot is
// missing or refuses.
std::string draw(const std::string& script);

}  // namespace tally::results
