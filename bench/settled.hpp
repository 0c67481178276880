// SPDX-License-Identifier: MIT
// When a row has been measured often enough: once the interval of its median is narrow, as tables
// give it.
//
// Looking again and again and stopping at a narrow interval favours samples that lie together by
// chance, so such an interval covers the truth less often than it says: docs/method.md says by how
// much.
#pragma once

#include <optional>
#include <span>

#include "bench/row.hpp"
#include "kit/statistics.hpp"

namespace tally::bench {

// Half the 95 % interval of the median of `throughput`, over that median. None with fewer values
// than an interval needs, or where one of them is no number or the median is 0.
std::optional<double> relative_half_width(std::span<const double> throughput);

// The same of a row's repetitions so far, by their increments_per_second. None as well if one of
// them has none, or failed (a row whose count was wrong shows how often, and is measured to the
// end), and of a cost floor, whose figure is another.
std::optional<double> half_width_of(std::span<const row> repetitions);

// How many repetitions a row gets.
struct repetition_plan {
    unsigned most = 15;
    std::optional<double> settle = 0.05;  // a half-width at which a row ends; none: all get `most`

    // Whether a row may end before it has the most.
    bool adapts() const noexcept { return settle && most > kit::fewest_for_interval; }
    // What a budget is shared by: time for so many of each row comes before more of any.
    unsigned usual() const noexcept;
    bool settled(std::optional<double> half_width) const noexcept {
        return settle && half_width && *half_width <= *settle;
    }
};

}  // namespace tally::bench
