// Where the rows of a run go, and that they get there: after each few seconds, at the end, and
// when the run is interrupted.
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/options.hpp"
#include "bench/row.hpp"

namespace tally::bench {

class run_store {
public:
    // Makes the run's folder and tries to write what will be written, so that a folder that cannot
    // be written is found before anything is measured. Throws bad_input.
    run_store(const options& with, nlohmann::ordered_json environment);

    void set_context(nlohmann::ordered_json context) { context_ = std::move(context); }

    void add(row finished);
    const std::vector<row>& rows() const noexcept { return rows_; }

    // Writes if the last time is long ago. A failure is said once on standard error, and tried
    // again next time.
    void checkpoint();

    // Writes everything; `interrupted_by` is why rows are missing, or empty. False, and said on
    // standard error, if it could not be written. A run without a single row leaves no folder.
    bool finish(const std::string& interrupted_by);

    // The document as it would be written now.
    std::string json_text() const;

    // Files that hold the run, for a message.
    std::string where() const;

private:
    void write(bool last);

    const options& with_;
    nlohmann::ordered_json environment_;
    nlohmann::ordered_json context_;
    std::filesystem::path folder_;  // empty: none asked for
    std::vector<row> rows_;
    std::size_t rows_written_ = 0;
    bool failed_ = false;
    std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now();
};

}  // namespace tally::bench
