// SPDX-License-Identifier: MIT
// The catalogue as a person reads it: each lock and counter with the first sentence of its file and
// what it says of itself.
#pragma once

#include <string>
#include <vector>

#include "claims/properties.hpp"
#include "machines/subject.hpp"

namespace tally::stress {

struct listed_subject {
    subject_info what;
    properties is;
};

// For a terminal of 80 columns: by family, and at the end what this build had to leave out. A
// subject that is there several times, in several kinds of waiting, is listed once.
std::string listing(const std::vector<listed_subject>& all);

// The same as a page in Markdown, locks/README.md: with links to the files, and with origins;
// without what lies outside the repository.
std::string listing_page(const std::vector<listed_subject>& all);

}  // namespace tally::stress
