// SPDX-License-Identifier: MIT
// Several files, written together or not at all.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "kit/whole_file.hpp"

namespace tally::results {

// Files are first written whole beside where they belong, then all renamed into place: whatever
// fails while they are written (a full disk, no permission), what was published before stands.
class atomic_files {
public:
    atomic_files() = default;
    atomic_files(const atomic_files&) = delete;
    atomic_files& operator=(const atomic_files&) = delete;
    ~atomic_files();  // removes what was added and not committed

    // Writes to a temporary file in the folder of `file`, which is made if need be. Throws
    // cannot_write.
    void add(const std::filesystem::path& file, std::string_view contents);

    // Puts every file in its place. Throws cannot_write.
    void commit();

private:
    std::map<std::filesystem::path, std::filesystem::path> temporary_of_;
};

}  // namespace tally::results
