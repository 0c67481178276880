// SPDX-License-Identifier: MIT
// The robust counter under fire: workers are killed at random moments, and at each instruction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tally::process_stress {

struct robust_options {
    unsigned kills = 2'000;
    unsigned workers = 4;
    std::uint64_t seed = 1;
    bool without_redo = false;
};

// Both return the exit status: 0 if every number was right, 1 if one was not. With without_redo
// the other way round: 0 if it was caught.
int robust_under_kills(const robust_options& with);
int robust_at_each_step(const robust_options& with);

// A worker process, as these start it.
int run_robust_worker(const std::vector<std::string>& arguments);

}  // namespace tally::process_stress
