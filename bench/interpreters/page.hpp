// docs/gil.md and its charts, from the rows of one run.
#pragma once

#include <string>
#include <vector>

#include "bench/interpreters/findings.hpp"

namespace tally::interpreters {

// The page. Each sentence that says something of a figure is chosen by that figure.
// `source` is the run's folder as a reader would write it, relative to the repository.
std::string page_text(const findings& run, const std::string& source);

// A chart: its file's name and the gnuplot script that draws it to standard output as SVG.
struct chart {
    std::string file;
    std::string script;
};
std::vector<chart> charts(const findings& run);

// The SVG that gnuplot makes of a script. Throws std::runtime_error when gnuplot is missing or
// refuses.
std::string draw(const chart& what);

}  // namespace tally::interpreters
