// SPDX-License-Identifier: MIT
// Everything that is made from the raw runs, as text, before anything of it is written.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "results/publish/run.hpp"

namespace tally::results {

struct publication {
    std::map<std::filesystem::path, std::string> files;   // what depends on the runs alone
    std::map<std::filesystem::path, std::string> charts;  // and on the version of gnuplot
    std::set<std::filesystem::path> expected;  // all of these, and what could not be made of a run
    std::string summary;                       // for the terminal
    std::vector<std::string> complaints;       // what could not be made, a line each
};

struct publish_request {
    std::filesystem::path repository;  // root of the sources
    std::filesystem::path results;     // holds runs/; gets README.md, <machine>/<workload>.md,
                                       // increments.csv, charts/, detectors.md and crash.md
    std::vector<std::filesystem::path> filled;  // pages with regions to fill; see region.hpp
    std::filesystem::path docs = {};  // gets gil.md and its charts; empty: they are not made
    bool draw = true;
};

// `runs` are those of tally-bench; those of other programs are found where they are stored. What
// there is no run for is not made.
publication make_publication(const publish_request& wanted, const std::vector<run>& runs);

}  // namespace tally::results
