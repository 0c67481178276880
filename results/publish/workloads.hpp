// SPDX-License-Identifier: MIT
// What pages say of a workload. One that is not named here gets its tables all the same: ranked if
// its rows have increments per second, else with every counter that they have.
#pragma once

#include <string_view>
#include <vector>

#include "results/publish/table.hpp"

namespace tally::results {

struct workload_text {
    std::string_view workload;
    std::string_view meaning;
    std::vector<std::string_view> columns = {};  // not empty: not ranked, these counters are shown
};
const workload_text& about(std::string_view workload);

// Whether its strategies are ranked by their speed.
bool is_ranked(const table& of);

}  // namespace tally::results
