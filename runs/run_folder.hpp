// SPDX-License-Identifier: MIT
// Where a run is stored: <store>/<machine>/<date>-<revision>, a new folder for each.
#pragma once

#include <filesystem>
#include <string>

namespace tally::runs {

// Makes the folder and returns its path. Never one that exists: a second run within the second
// gets "-2". Throws cannot_write.
std::filesystem::path make_run_folder(const std::filesystem::path& store,
                                      const std::string& machine, const std::string& revision);

}  // namespace tally::runs
