// The crash matrix on disk, and the page made of it.
#pragma once

#include <string>
#include <vector>

#include "stress/process/matrix.hpp"

namespace tally::process_stress {

inline constexpr const char* crash_schema = "tally-crash 1";

// Throws std::runtime_error if it cannot be written whole.
void write_crash_file(const std::string& path, const std::vector<matrix_row>& rows,
                      const matrix_options& with);

// Writes one file of what several hold, which were made with the same options on parts of the
// locks, maybe at the same time. Throws std::runtime_error if they do not belong together.
void merge_crash_files(const std::vector<std::string>& parts, const std::string& path);

// Where the matrix is not what a lock claims, one line each: somebody entered beside a stopped
// holder, a killed holder's lock did not do what its traits say, or a page was torn and mended
// by nobody although somebody was told.
std::vector<std::string> contradictions(const std::vector<matrix_row>& rows);

// Prints results/crash.md for a stored matrix. Returns the exit status.
int print_crash_page(const std::string& path);

}  // namespace tally::process_stress
