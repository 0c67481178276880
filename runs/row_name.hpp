// SPDX-License-Identifier: MIT
// The name of a measured row, taken apart:
//
//   sections/ttas/park/cs:100ns/ncs:1us/threads:2
//   workload strategy waiting, parameters,  scale
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::runs {

struct row_name {
    std::string workload;    // "counter"
    std::string parameters;  // "cs:100ns/ncs:1us"; empty when the workload has none
    std::string strategy;    // "ttas"
    std::string waiting;     // "spin", "yield", "park", "itself"
    std::string scale;       // what is counted: "threads", "processes"; empty if nothing is
    unsigned count = 0;      // how many of them

    friend bool operator==(const row_name&, const row_name&) = default;
};

// What Google Benchmark appends of its own (iterations:1, repeats:7, manual_time) is dropped. Empty
// if the name has no workload, strategy and waiting.
std::optional<row_name> parse_row_name(std::string_view name);

}  // namespace tally::runs
