// Text in the pages that are generated.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace tally::results {

// What may stand in a cell of a table: one line, and no bar that would end the cell.
inline std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
        text.insert(at, "\\");
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace tally::results
