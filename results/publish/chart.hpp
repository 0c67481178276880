// SPDX-License-Identifier: MIT
// The chart: throughput against threads, drawn by gnuplot.
#pragma once

#include <string>

#include "results/publish/findings.hpp"

namespace tally::results {

// A gnuplot script that draws the chart to standard output, as SVG.
std::string chart_script(const findings& of);

}  // namespace tally::results
