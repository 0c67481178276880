// SPDX-License-Identifier: MIT
// A field of a line of CSV (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace tally::kit {

inline std::string csv_field(std::string_view text) {
    // What begins so is a formula to a spreadsheet; behind an apostrophe it is text.
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        return csv_field("'" + std::string(text));
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace tally::kit
