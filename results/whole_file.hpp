// A file that is either whole or not there: written beside its name, then renamed onto it. What was
// measured before a disk was full, or a process ended, is not lost.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace tally::results {

struct cannot_write : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Writes `text` to a new file in the folder of `file`, which must exist, and returns the new file's
// name. Throws cannot_write, naming `file` and the reason, and leaves nothing.
std::filesystem::path write_beside(const std::filesystem::path& file, std::string_view text);

// The same, and renames it onto `file`. If it throws, whatever bore the name before is untouched.
void write_whole(const std::filesystem::path& file, std::string_view text);

}  // namespace tally::results
