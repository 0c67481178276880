// SPDX-License-Identifier: MIT
// The crash matrix: put on disk (crash_matrix.hpp), and judged.
#pragma once

#include <string>
#include <vector>

#include "stress/process/matrix.hpp"

namespace tally::process_stress {

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

}  // namespace tally::process_stress
