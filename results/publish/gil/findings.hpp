// SPDX-License-Identifier: MIT
// What the rows of one run say: medians by name, and who was measured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runs/row.hpp"

namespace tally::results::gil {

using runs::row;

class findings {
public:
    // `file`: an interpreters.json. Throws std::runtime_error, naming the file, if it is none.
    explicit findings(const std::string& file);

    // Real interpreters, in the order of the run: "cpython-2.7.18", ...
    const std::vector<std::string>& interpreters() const noexcept { return interpreters_; }

    // In order of size; none if there are no such rows.
    std::vector<double> values(const std::string& row_name, const std::string& counter) const;
    std::optional<double> median(const std::string& row_name, const std::string& counter) const;
    std::optional<double> largest(const std::string& row_name, const std::string& counter) const;
    unsigned runs(const std::string& row_name) const;
    // In how many of its runs a row lost updates.
    unsigned lossy_runs(const std::string& row_name) const;

    // Rows that must be right and were wrong, or that failed; each with what was wrong.
    std::vector<std::string> wrong() const;

    // Throughput of `threads` over that of one thread, for each time that both were measured: as
    // pairs, or in one repetition. `stem` as "interpreter/cpu/x"; `where` as a placement is
    // called. In order of size.
    std::vector<double> speed_ups(const std::string& stem, unsigned threads,
                                  std::string_view where = "any") const;
    // Their median.
    std::optional<double> scaling(const std::string& stem, unsigned threads,
                                  std::string_view where = "any") const;

private:
    std::map<std::string, std::vector<row>> rows_;
    std::vector<std::string> interpreters_;
};

// "cpython-3.10.13" -> {3, 10}; {0, 0} of what is no CPython.
struct generation {
    int major = 0;
    int minor = 0;
};
generation generation_of(const std::string& name);

}  // namespace tally::results::gil
