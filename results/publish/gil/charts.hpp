// SPDX-License-Identifier: MIT
// The charts of docs/gil.md, as gnuplot scripts.
#pragma once

#include <string>
#include <vector>

#include "results/publish/gil/findings.hpp"

namespace tally::results::gil {

struct chart {
    std::string file;    // its name
    std::string script;  // draws it to standard output as SVG
};
std::vector<chart> charts(const findings& run);

}  // namespace tally::results::gil
