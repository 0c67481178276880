// SPDX-License-Identifier: MIT
// results/README.md: of each machine its chart, what that says, and who is fastest; all tables are
// a link away.
#pragma once

#include <string>

#include "results/publish/site.hpp"

namespace tally::results {

std::string make_front_page(const site& of);

}  // namespace tally::results
