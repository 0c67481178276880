// SPDX-License-Identifier: MIT
#include "results/publish/gnuplot.hpp"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "kit/child.hpp"

namespace tally::results {
namespace {

namespace fs = std::filesystem;

struct temporary_folder {
    fs::path path;
    temporary_folder() {
        std::error_code error;
        const fs::path parent = fs::temp_directory_path(error);
        if (error) throw cannot_draw("there is no folder for temporary files (TMPDIR)");
        std::string pattern = (parent / "tally-chart-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw cannot_draw("no temporary folder can be made in " + parent.string());
        }
        path = pattern;
    }
    ~temporary_folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
};

}  // namespace

std::string draw(const std::string& commands) {
    const temporary_folder scratch;
    const fs::path script = scratch.path / "chart.gp";
    std::ofstream(script) << commands;
    // Found through PATH by env, so that its absence has a status of its own.
    auto drawn = kit::run_child({"/usr/bin/env", "gnuplot", script.string()},
                                {.limit = std::chrono::seconds(60), .errors_apart = true});
    if (drawn.status() == 127) {
        throw cannot_draw("gnuplot is not installed (Debian: gnuplot-nox)");
    }
    if (drawn.status() != 0 || drawn.output.find("</svg>") == std::string::npos) {
        std::istringstream said(drawn.errors);
        std::string line;
        std::string first;
        while (first.empty() && std::getline(said, line)) {
            if (line.find_first_not_of(" ^") != std::string::npos) first = line;
        }
        throw cannot_draw("gnuplot drew no chart: " + first);
    }
    return std::move(drawn.output);
}

}  // namespace tally::results
