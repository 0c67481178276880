// SPDX-License-Identifier: MIT
// What one window showed, as the figures of a row: those of runs/glossary.hpp.
#pragma once

#include "bench/window.hpp"
#include "runs/row.hpp"

namespace tally::bench {

using runs::row;
using figure_list = decltype(row::figures);

// What of a strategy the figures depend on.
struct reduction_context {
    double sample_cost_ns = 0;
    unsigned cpus = 1;
    bool counts = true;  // false: its number is not a shared count (a cost floor); no `lost`
};

// From what the workers noted to figures. Never NaN, never infinite.
figure_list reduce(const window_record& window, const reduction_context& with);

}  // namespace tally::bench
