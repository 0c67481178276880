// SPDX-License-Identifier: MIT
// A file that is either whole or not there: written beside its name, then renamed onto it. What was
// measured before a disk was full, or a process ended, is not lost.
//
// A device or a pipe (/dev/null, /dev/stdout) is written as it is: a file renamed onto its name
// would take its place. Where the name is a symbolic link, the file it means is replaced.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace tally::kit {

struct cannot_write : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Writes `text` to a new file in the folder of `file`, which must exist, and returns the new file's
// name. Throws cannot_write, naming `file` and the reason, and leaves nothing.
std::filesystem::path write_beside(const std::filesystem::path& file, std::string_view text);

// The same, and renames it onto `file`. If it throws, whatever bore the name before is untouched.
void write_whole(const std::filesystem::path& file, std::string_view text);

// Throws cannot_write if write_whole would: to be asked before what is to be written is made. What
// `file` holds stays.
void expect_writable(const std::filesystem::path& file);

// A device, a pipe, a socket: what is written to it cannot be replaced by a later version.
bool is_stream(const std::filesystem::path& file) noexcept;

}  // namespace tally::kit
