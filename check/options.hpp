// SPDX-License-Identifier: MIT
// tally-check's command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "check/catalogue.hpp"
#include "kit/bad_input.hpp"
#include "machines/checked/explorer.hpp"

namespace tally::check {

// What --threads and --rounds, and a replay string, may ask for.
inline constexpr unsigned most_threads = 7;
inline constexpr unsigned most_rounds = 64;

using kit::bad_input;

struct options {
    std::vector<std::string> names;
    bool interpreted = false;  // the names were told by generation and program
    bool stories = true;       // tell failing executions
    bool all = false;
    bool judge = false;
    bool list = false;
    bool catalogue = false;
    bool audit = false;
    bool outcomes = false;
    std::string claim;     // its id; empty: all
    unsigned threads = 0;  // 0: the default sizes
    unsigned rounds = 0;   //
    std::string replay;
    bool replays = false;  // with all: each failure again, in a fresh process
    std::string weaken;    // FILE:LINE:ORDER
    model::options explore{};
    unsigned jobs = 2;
    std::filesystem::path evidence;  // empty: none
    std::filesystem::path json;      // empty: none
    bool searches = false;           // with all: hunt by each search, for the comparison
};

// None: --help or --version was asked for and answered. Throws bad_input.
std::optional<options> read_options(int argc, char** argv, const catalogue& all);

}  // namespace tally::check
