// SPDX-License-Identifier: MIT
// Where a strategy's file is, so that a table can link to it and a chart can tell families apart.
// Read from the folders themselves: a lock that is left out of this build still has its file.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tally::results {

struct strategy_file {
    std::string family;              // the folder
    std::filesystem::path relative;  // to the repository
};

// Every locks/<family>/<name>.hpp and counters/<name>.hpp below `repository`, by name.
std::map<std::string, strategy_file> read_catalogue(const std::filesystem::path& repository);

}  // namespace tally::results
