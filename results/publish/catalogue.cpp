// SPDX-License-Identifier: MIT
#include "results/publish/catalogue.hpp"

#include <system_error>

namespace tally::results {
namespace {

namespace fs = std::filesystem;

void enter_folder(const fs::path& folder, const fs::path& repository,
                  std::map<std::string, strategy_file>& into) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (!entry.is_regular_file() || entry.path().extension() != ".hpp") continue;
        const strategy_file found{folder.filename().string(),
                                  entry.path().lexically_relative(repository)};
        const auto [at, is_new] = into.emplace(entry.path().stem().string(), found);
        // Folders are listed in any order; of two files of one name the first by name stands.
        if (!is_new && found.relative < at->second.relative) at->second = found;
    }
}

}  // namespace

std::map<std::string, strategy_file> read_catalogue(const fs::path& repository) {
    std::map<std::string, strategy_file> result;
    enter_folder(repository / "counters", repository, result);
    std::error_code ignored;
    for (const auto& family : fs::directory_iterator(repository / "locks", ignored)) {
        if (family.is_directory()) enter_folder(family.path(), repository, result);
    }
    return result;
}

}  // namespace tally::results
