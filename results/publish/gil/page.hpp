// SPDX-License-Identifier: MIT
// docs/gil.md, from the rows of one run.
#pragma once

#include <string>

#include "results/publish/gil/findings.hpp"

namespace tally::results::gil {

// `source` is the run's folder as a reader would write it, relative to the repository.
std::string page(const findings& run, const std::string& source);

}  // namespace tally::results::gil
