// SPDX-License-Identifier: MIT
// The scoreboard: every suspect with what every detector said of it; on disk, and judged.
#pragma once

#include <string>
#include <vector>

#include "detectors/effort.hpp"
#include "detectors/suspect.hpp"
#include "runs/machine.hpp"

namespace tally::detectors {

inline constexpr const char* scoreboard_schema = "tally-detectors 1";

struct scoreboard {
    runs::provenance made_on;
    effort how;
    std::vector<suspect> suspects;
};

// Throws kit::cannot_write.
void write_scoreboard(const std::string& path, const scoreboard& board);
// Throws std::runtime_error that names the file and says what is wrong with it.
scoreboard read_scoreboard(const std::string& path);

// What ought not to be, a line each: a detector that must catch a suspect and did not (it is
// asleep), or one that accused a correct lock and is not known for it.
std::vector<std::string> contradictions(const std::vector<suspect>& suspects);

// What one detector came to over many suspects.
struct tally_of_one {
    unsigned shown = 0;    // broken ones
    unsigned caught = 0;   //
    unsigned correct = 0;  // correct ones that it was shown
    unsigned accused = 0;  // of these
};
tally_of_one total(const std::vector<suspect>& suspects, const std::string& detector,
                   const std::string& kind = "");

}  // namespace tally::detectors
