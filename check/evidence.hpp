// SPDX-License-Identifier: MIT
// The published page of what the checker found: a summary, then a section per subject.
#pragma once

#include <string>
#include <vector>

#include "check/report.hpp"

namespace tally::check {

// Markdown. The same reports give the same page: times are left out.
std::string evidence_page(const std::vector<subject_report>& reports);

// What is said of a weakened order that nothing caught: at which sizes, and why it stays.
std::string told_of_survivor(const weakened_order& order);

}  // namespace tally::check
