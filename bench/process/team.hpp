// SPDX-License-Identifier: MIT
// A team of processes: this program's own file, started once for each worker with posix_spawn.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bench/team.hpp"
#include "bench/window.hpp"
#include "machines/process/place.hpp"

namespace tally::bench {

// `strategy` and `waiting` name it in the catalogue, `name` its lock; board and tallies must be
// the sheet's.
std::unique_ptr<team> make_process_team(std::string strategy, std::string waiting,
                                        process::lock_name name, const tally_sheet& sheet);

// The other side: if these are the arguments of such a worker, does its part and returns the
// exit status; else nothing.
// Whether the arguments are those that a team starts its workers with.
bool called_as_worker(int argc, char** argv) noexcept;
std::optional<int> run_as_worker(int argc, char** argv, const catalogue& known);

}  // namespace tally::bench
