// SPDX-License-Identifier: MIT
// results/<machine>/<workload>.md: every row of one workload on one machine.
#pragma once

#include <string>

#include "results/publish/site.hpp"

namespace tally::results {

std::string make_workload_page(const site& of, const std::string& machine,
                               const std::string& workload);

}  // namespace tally::results
