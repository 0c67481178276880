// SPDX-License-Identifier: MIT
#include "kit/columns.hpp"

namespace tally::kit {

namespace {

// Where the rest of a line that is broken begins.
std::size_t indentation(const std::string& line) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos) return 0;
    const std::size_t gap = line.find("  ", first);
    const std::size_t second = gap == std::string::npos ? gap : line.find_first_not_of(' ', gap);
    return second == std::string::npos ? first : second;
}

}  // namespace

std::string fit_columns(const std::string& text, std::size_t columns) {
    std::string fitted;
    for (std::size_t from = 0; from < text.size();) {
        std::size_t end = text.find('\n', from);
        if (end == std::string::npos) end = text.size();
        std::string line = text.substr(from, end - from);
        from = end + 1;
        const std::size_t below = indentation(line);
        while (line.size() > columns) {
            const auto space = line.rfind(' ', columns);
            if (space == std::string::npos || space <= below) break;
            fitted += line.substr(0, line.find_last_not_of(' ', space) + 1) + '\n';
            line = std::string(below, ' ') + line.substr(space + 1);
        }
        while (!line.empty() && line.back() == ' ')
            line.pop_back();
        fitted += line + '\n';
    }
    return fitted;
}

}  // namespace tally::kit
