// SPDX-License-Identifier: MIT
// What Google Benchmark itself writes of a row: none of it is a figure of ours.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tally::runs {

// A key of a row in its JSON, beside the row's counters.
inline bool is_drivers_own_key(std::string_view key) {
    constexpr std::array<std::string_view, 12> keys{"family_index",     "per_family_instance_index",
                                                    "repetitions",      "repetition_index",
                                                    "threads",          "iterations",
                                                    "real_time",        "cpu_time",
                                                    "items_per_second", "bytes_per_second",
                                                    "allocs_per_iter",  "max_bytes_used"};
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// A part of a row's name, between slashes.
inline bool is_drivers_own_part(std::string_view part) {
    constexpr std::array<std::string_view, 3> words{"manual_time", "real_time", "process_time"};
    constexpr std::array<std::string_view, 4> keys{
        "iterations:", "repeats:", "min_time:", "min_warmup_time:"};
    return std::find(words.begin(), words.end(), part) != words.end() ||
           std::any_of(keys.begin(), keys.end(),
                       [&](std::string_view key) { return part.starts_with(key); });
}

}  // namespace tally::runs
