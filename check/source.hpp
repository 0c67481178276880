// SPDX-License-Identifier: MIT
// The source text behind a site: for stories, and for what a lock's file says of an access.
#pragma once

#include <string>

#include "machines/site.hpp"

namespace tally::check {

// "mcs.hpp:54".
std::string short_place(const site& where);
// The line, without its indentation; empty if the file cannot be read.
std::string source_line(const site& where);
// The reason a file gives for an order that no program shows necessary: the text behind
// "stronger than needed:" in the comment right above the access's statement. Empty if none.
std::string stated_reason(const site& where);

}  // namespace tally::check
