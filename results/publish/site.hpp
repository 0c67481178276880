// SPDX-License-Identifier: MIT
// What every generated page needs to know: where things lie, and what is known of strategies and
// machines.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "results/publish/catalogue.hpp"
#include "results/publish/run.hpp"
#include "results/publish/table.hpp"

namespace tally::results {

// The first line of each page that is made from runs of tally-bench.
inline constexpr std::string_view made_by_publish =
    "<!-- Made by tally-publish from the raw runs in runs/. What is edited here is lost. -->\n";

struct site {
    std::filesystem::path repository;  // root of the sources
    std::filesystem::path out;         // where the pages, the CSV and charts/ go
    std::map<std::string, strategy_file> catalogue;
    std::map<std::string, std::vector<table>> tables;      // by machine
    std::map<std::string, std::vector<std::string>> runs;  // machine -> all its runs, by name
    std::map<std::string, std::string> charts;             // machine -> file, relative to `out`
    std::map<std::string, std::string> answers;            // machine -> what its chart says
    std::vector<std::string> judgements;                   // the other programs' pages, with links
    std::string evidence;                                  // text of evidence.md, empty without one

    // A link target, relative to `from`, with slashes.
    static std::string link(const std::filesystem::path& target, const std::filesystem::path& from);
};

// The page of one workload on one machine, relative to `out`.
std::filesystem::path workload_page(const std::string& machine, const std::string& workload);

// What is said of a machine, taken from the environment of the run that a table comes from.
struct machine_facts {
    std::string title;                                        // "AMD EPYC, 2 CPUs"
    unsigned cpus = 0;                                        // 0: not recorded
    std::vector<std::pair<std::string, std::string>> listed;  // label, value
};
machine_facts describe(const run& from);

}  // namespace tally::results
