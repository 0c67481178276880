// SPDX-License-Identifier: MIT
// The crash matrix as it is stored: written by tally-crash, read by it and by tally-publish.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runs/machine.hpp"

namespace tally::process_stress {

inline constexpr const char* crash_schema = "tally-crash 1";

// From the death, or from the request if that came later, to the entry; in microseconds.
struct latency {
    double median = 0;
    double worst = 0;
    std::size_t samples = 0;
};

// What the next one got, over the trials of one scenario: see matrix.hpp.
struct stored_cell {
    std::string scenario;
    std::string next;
    unsigned trials = 0;
    unsigned acquired = 0;
    unsigned owner_died = 0;
    unsigned never = 0;
    unsigned aborted = 0;
    unsigned early = 0;
    unsigned torn = 0;
    unsigned repaired = 0;
    std::optional<latency> latency_us;  // none if nobody entered
    std::string note;                   // why it was not tried, if it was not
};

struct stored_lock {
    std::string lock;
    std::string waiting;
    std::string claimed;
    std::vector<std::string> left_behind;
    std::vector<stored_cell> cells;

    // As tables and messages call it: "flock", "shared_ticket/park".
    std::string name() const { return waiting == "itself" ? lock : lock + "/" + waiting; }
    // nullptr: it was not tried.
    const stored_cell* find(const std::string& scenario, const std::string& next) const;
};

struct crash_matrix {
    runs::provenance made_on;
    unsigned stride = 1;
    unsigned random_kills = 0;
    unsigned patience_ms = 0;
    std::uint64_t seed = 0;
    std::vector<stored_lock> locks;
};

// Throws kit::cannot_write.
void write_crash_matrix(const std::string& path, const crash_matrix& matrix);
// Throws std::runtime_error that names the file and says what is wrong with it.
crash_matrix read_crash_matrix(const std::string& path);

}  // namespace tally::process_stress
