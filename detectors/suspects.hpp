// SPDX-License-Identifier: MIT
// Who is shown to the detectors: the weakened orders that an audit found, the specimens, and the
// correct locks and counters.
#pragma once

#include <string>
#include <vector>

#include "detectors/suspect.hpp"
#include "stress/listed.hpp"

namespace tally::detectors {

// From what `tally-check --all --audit --searches --json` wrote, with what the checker's searches
// said of each, and from what tally-stress lists of itself: some of that does not run on the
// checked machine. Throws std::runtime_error, naming what is wrong with `facts`.
std::vector<suspect> gather(const std::string& facts, const std::vector<stress::listed>& native);

}  // namespace tally::detectors
