// SPDX-License-Identifier: MIT
#include "results/publish/left_over.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

#include "results/publish/site.hpp"

namespace tally::results {
namespace {

namespace fs = std::filesystem;

// Whether it is a page that begins as those do which are made from runs of tally-bench.
bool is_made(const fs::path& page) {
    std::error_code none;
    if (page.extension() != ".md" || !fs::is_regular_file(page, none)) return false;
    std::ifstream in(page, std::ios::binary);
    std::string first;
    return std::getline(in, first) && first + '\n' == made_by_publish;
}

}  // namespace

std::vector<fs::path> left_over(const publish_request& wanted, const publication& made) {
    std::vector<fs::path> found;
    std::error_code error;
    const auto add = [&](const fs::path& file) {
        if (fs::is_regular_file(file, error) && !made.expected.contains(file))
            found.push_back(file);
    };
    for (const char* name : {"increments.csv", "crash.md", "detectors.md"})
        add(wanted.results / name);
    if (is_made(wanted.results / "README.md")) add(wanted.results / "README.md");
    if (!wanted.docs.empty()) add(wanted.docs / "gil.md");
    for (const auto& chart : fs::directory_iterator(wanted.results / "charts", error))
        if (chart.path().extension() == ".svg") add(chart.path());
    for (const auto& machine : fs::directory_iterator(wanted.results, error)) {
        // A folder that has runs of its own is published by itself.
        if (!machine.is_directory(error) || fs::exists(machine.path() / "runs", error)) continue;
        for (const auto& page : fs::directory_iterator(machine.path(), error))
            if (is_made(page.path())) add(page.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace tally::results
