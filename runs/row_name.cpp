// SPDX-License-Identifier: MIT
#include "runs/row_name.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "runs/drivers_own.hpp"

namespace tally::runs {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// The number behind the colon, when it is a scale that tables are made along.
std::optional<unsigned> scale_of(std::string_view part) {
    const auto colon = part.find(':');
    const std::string_view key = part.substr(0, colon);
    if (colon == std::string_view::npos || (key != "threads" && key != "processes")) return {};
    unsigned count = 0;
    const std::string_view digits = part.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc{} || end != digits.data() + digits.size()) return {};
    return count;
}

}  // namespace

std::optional<row_name> parse_row_name(std::string_view name) {
    // It stands in links, in tables, in charts and in spreadsheets.
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-.:/").find(c) != std::string_view::npos;
    };
    if (!std::all_of(name.begin(), name.end(), plain)) return {};
    const auto parts = split(name, '/');
    if (parts.size() < 3) return {};
    for (std::size_t i = 0; i != 3; ++i) {
        if (parts[i].empty() || parts[i].find(':') != std::string_view::npos) return {};
    }
    row_name row{.workload = std::string(parts[0]),
                 .parameters = {},
                 .strategy = std::string(parts[1]),
                 .waiting = std::string(parts[2]),
                 .scale = {},
                 .count = 0};
    for (std::size_t i = 3; i != parts.size(); ++i) {
        if (is_drivers_own_part(parts[i])) continue;
        if (const auto count = scale_of(parts[i])) {
            row.scale = parts[i].substr(0, parts[i].find(':'));
            row.count = *count;
            continue;
        }
        if (!row.parameters.empty()) row.parameters += '/';
        row.parameters += parts[i];
    }
    return row;
}

}  // namespace tally::runs
