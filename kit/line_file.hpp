// SPDX-License-Identifier: MIT
// A file that only grows: each line is handed to the system whole, as soon as it is known. A
// process that is killed (SIGKILL too) loses no line that append() has written. (A machine that
// loses its power may: lines are not forced to the disk.)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tally::kit {

class line_file {
public:
    // None open: append() does nothing.
    line_file() = default;
    // Makes `file` anew. Throws cannot_write.
    explicit line_file(std::filesystem::path file);
    ~line_file();
    line_file(const line_file&) = delete;
    line_file& operator=(const line_file&) = delete;
    line_file& operator=(line_file&& other) noexcept;

    // Appends `line`, which holds no newline, and a newline. Throws cannot_write; then the file
    // ends with the line before, so that a later one can follow.
    void append(std::string_view line);

    // Removes the file: what it held is kept elsewhere.
    void remove() noexcept;

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    int file_ = -1;
    long long size_ = 0;  // of whole lines, in bytes
};

struct lines_read {
    std::vector<std::string> lines;
    bool torn = false;  // the text went on after the last newline: that is no line
};

// The whole lines of `text`.
lines_read whole_lines(std::string_view text);

}  // namespace tally::kit
