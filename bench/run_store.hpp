// SPDX-License-Identifier: MIT
// Where the rows of a run go, and that they get there: each window is one line, appended as it
// ends, so that a run that is killed keeps all of them; the lines are made into one document at the
// end.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/options.hpp"
#include "bench/row.hpp"
#include "kit/line_file.hpp"

namespace tally::bench {

class run_store {
public:
    // Makes the run's folder and tries to write what will be written, so that a folder that cannot
    // be written is found before anything is measured. Throws bad_input.
    run_store(const options& with, nlohmann::ordered_json environment);

    void set_context(nlohmann::ordered_json context) { context_ = std::move(context); }

    // Appends the row's line before it returns. A failure is said once on standard error, and tried
    // again with the next row.
    void add(row finished);
    const std::vector<row>& rows() const noexcept { return rows_; }

    // Makes the document of all rows, and removes the lines once it stands; `interrupted_by` is why
    // rows are missing, or empty. False, and said on standard error, if it could not be written. A
    // run without a single row leaves no folder.
    bool finish(const std::string& interrupted_by);

    // The document as it would be written now.
    std::string json_text() const;

    // Files that hold the run, for a message.
    std::string where() const;

private:
    void append_lines();

    const options& with_;
    nlohmann::ordered_json environment_;
    nlohmann::ordered_json context_;
    std::filesystem::path folder_;  // empty: none asked for
    std::vector<row> rows_;
    kit::line_file lines_;            // bench.jsonl, or <out>.jsonl where there is no folder
    std::size_t lines_appended_ = 0;  // of rows_, from the first
    bool failed_ = false;
};

}  // namespace tally::bench
