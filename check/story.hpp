// SPDX-License-Identifier: MIT
// A failing execution as a person reads it: a table with one column per thread and one row per
// step, and the source lines that it steps through.
#pragma once

#include <string>

#include "machines/checked/explorer.hpp"

namespace tally::check {

// Lines end in a newline; at most `width` columns wide where the threads' number allows.
std::string tell(const model::failure& what, unsigned width = 80);

}  // namespace tally::check
