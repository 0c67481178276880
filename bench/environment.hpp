// SPDX-License-Identifier: MIT
// Where a run was made: what a reader must know to compare it with another.
//
// What cannot be known is "n/a". Nothing that names a person, a host or an address.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/matrix.hpp"
#include "bench/options.hpp"

namespace tally::bench {

nlohmann::ordered_json describe_environment(const options& with, const calibration& calibrated);

// The git revision that this program was built from, shortened; with "-dirty" if the sources have
// been changed since. "unknown" outside git.
std::string revision();

}  // namespace tally::bench
