// results/README.md: the tables, as Markdown that GitHub shows.
#pragma once

#include <string>

#include "results/publish/site.hpp"

namespace tally::results {

std::string make_page(const site& of);

}  // namespace tally::results
