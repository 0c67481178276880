// The chart: throughput against threads, drawn by gnuplot.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "results/publish/findings.hpp"

namespace tally::results {

struct cannot_draw : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A gnuplot script that writes the chart to `output`.
std::string chart_script(const findings& of, const std::filesystem::path& output);

// The chart as SVG. Throws cannot_draw when gnuplot is missing or refuses.
std::string draw_chart(const findings& of);

}  // namespace tally::results
