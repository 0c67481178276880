// results/detectors.md: who notices what, made of a stored scoreboard.
#pragma once

#include <string>

#include "detectors/scoreboard.hpp"

namespace tally::detectors {

// `named` is how the page names the file that it was made of.
std::string page_of(const scoreboard& board, const std::string& named);

}  // namespace tally::detectors
