// SPDX-License-Identifier: MIT
// results/detectors.md: who notices what, made of a stored scoreboard.
#pragma once

#include <string>

#include "detectors/scoreboard.hpp"

namespace tally::results {

// `named` is how the page names the file that it was made of; `root` is the way from the page to
// the root of the sources, as a link goes.
std::string detectors_page(const detectors::scoreboard& board, const std::string& named,
                           const std::string& root);

}  // namespace tally::results
