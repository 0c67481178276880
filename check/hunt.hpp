// SPDX-License-Identifier: MIT
// A hunt for any failure of a subject, which ends with the first: what an audit asks of a weakened
// order, and what the comparison of detectors asks of each kind of search.
#pragma once

#include <optional>
#include <vector>

#include "check/catalogue.hpp"
#include "check/report.hpp"
#include "machines/checked/explorer.hpp"

namespace tally::check {

// Every program of `who`, one after the other, until one fails. `with.how` says which search.
// At the sizes that each has, or at the one that is `asked` for.
hunt_result hunt(const entry& who, model::options with, std::optional<size> asked = {});

// The same by each search: exhaustive, random, PCT. The two that need luck get 10,000 executions
// for each program.
std::vector<hunt_result> hunt_by_each_search(const entry& who, const model::options& with);

}  // namespace tally::check
