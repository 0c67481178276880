// SPDX-License-Identifier: MIT
// Text in the pages that are generated.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace tally::kit {

// What may stand in a cell of a table: one line, and no bar that would end the cell.
inline std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
        text.insert(at, "\\");
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

// Text that somebody else wrote (a run made elsewhere), which must show as what it is: no heading,
// link, emphasis, HTML or second line comes of it. Control characters become spaces.
inline std::string verbatim(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            out += ' ';
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '&') {
            out += "&amp;";
        } else {
            if (std::string_view("\\|`*[]!#~").find(c) != std::string_view::npos) out += '\\';
            out += c;
        }
    }
    return out;
}

}  // namespace tally::kit
