// SPDX-License-Identifier: MIT
// Attempts at one claim, one after the other, until the time for it is spent.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "stress/board.hpp"
#include "stress/catalogue.hpp"

namespace tally::stress {

struct effort {
    std::chrono::milliseconds budget{40};  // per claim; the last attempt may overrun it
    std::uint64_t seed = 1;
    std::optional<unsigned> threads = {};  // every attempt with as many; else 2 to 4 x CPUs
};

struct outcome {
    bool held = true;
    unsigned attempts = 0;
    std::string how_broken = {};  // what was seen, and with how many threads and rounds
};

// The attempts' thread counts, rounds and dawdling follow from the seed and the names alone, so a
// seed replays them, as far as a schedule of real threads can be replayed.
outcome attack(board& seen_by, const strategy& who, const claim_entry& claim, const effort& how);

// What the largest attempt brings along: how many places a board needs.
unsigned most_threads(const effort& how);

}  // namespace tally::stress
