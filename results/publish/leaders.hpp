// SPDX-License-Identifier: MIT
// Who is fastest, at each count: the short table that answers, before the long ones that show.
#pragma once

#include <string>

#include "results/publish/table.hpp"

namespace tally::results {

// As Markdown, with an empty line behind it. Says so if nobody can be ranked.
std::string leaders(const table& of);

}  // namespace tally::results
