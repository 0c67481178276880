// SPDX-License-Identifier: MIT
// The claims of process locks, each tried by separate processes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.hpp"
#include "machines/process/place.hpp"
#include "stress/process/catalogue.hpp"

namespace tally::process_stress {

struct process_claim {
    std::string_view name;
    std::string_view sentence;
    bool (*applies)(const subject_entry&);
    stress::verdict (*run)(const process::run_folder&, const subject_entry&);
};

const std::vector<process_claim>& process_claims();

}  // namespace tally::process_stress
