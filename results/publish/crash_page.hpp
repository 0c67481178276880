// SPDX-License-Identifier: MIT
// results/crash.md: what becomes of each lock when its holder dies, made of a stored matrix.
#pragma once

#include <string>

#include "stress/process/crash_matrix.hpp"

namespace tally::results {

// `named` is how the page names the file that it was made of.
std::string crash_page(const process_stress::crash_matrix& matrix, const std::string& named);

}  // namespace tally::results
