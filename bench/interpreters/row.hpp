// A row of the table, and the table as a file: the shape of Google Benchmark's JSON, so that one
// publisher reads all.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace tally::interpreters {

struct row {
    std::string name;
    unsigned threads = 1;
    unsigned repetition = 0;
    double nanoseconds = 0;  // from the start to the last thread's end
    std::vector<std::pair<std::string, double>> counters = {};
    std::string label = {};
    std::string error = {};  // not empty: nothing above was measured

    const double* find(const std::string& counter) const {
        for (const auto& [name_of, value] : counters)
            if (name_of == counter) return &value;
        return nullptr;
    }
};

// The table as text; `about` is its context.
std::string table_text(const nlohmann::ordered_json& about, const std::vector<row>& rows,
                       unsigned repetitions);

// Adds the rows of another table in that shape (text). False if the text is not one.
bool append_table(std::vector<row>& rows, const std::string& text);

}  // namespace tally::interpreters
