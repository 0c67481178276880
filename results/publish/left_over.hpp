// SPDX-License-Identifier: MIT
// Pages of runs that are gone: they look published, and no run says what they say.
#pragma once

#include <filesystem>
#include <vector>

#include "results/publish/publication.hpp"

namespace tally::results {

// What an earlier publication made where `wanted` publishes, and `made` does not, by name.
std::vector<std::filesystem::path> left_over(const publish_request& wanted,
                                             const publication& made);

}  // namespace tally::results
