// SPDX-License-Identifier: MIT
// The known names that are nearest to a mistyped one: for messages about bad input.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tally::kit {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`
// (optimal string alignment; Damerau 1964).
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_above;
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t column = 0; column <= b.size(); ++column)
        above[column] = column;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min(
                {above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
        two_above = std::exchange(above, row);
    }
    return above[b.size()];
}

// Up to `most` of `known`, nearest first, joined by ", ". A name that contains what was typed,
// or begins it, counts as near. Never empty unless `known` is.
template <class Names>
std::string nearest(std::string_view typed, const Names& known, std::size_t most = 3) {
    // Distance, and then the order in which they are known.
    std::vector<std::tuple<std::size_t, std::size_t, std::string_view>> ranked;
    for (const auto& entry : known) {
        const std::string_view name{entry};
        std::size_t distance = edit_distance(typed, name);
        if (!typed.empty() && name.find(typed) != std::string_view::npos)
            distance = std::min<std::size_t>(distance, 1);
        const auto is_name = [&](const auto& other) { return std::get<2>(other) == name; };
        if (std::none_of(ranked.begin(), ranked.end(), is_name))
            ranked.emplace_back(distance, ranked.size(), name);
    }
    std::sort(ranked.begin(), ranked.end());
    std::string joined;
    // What is much farther than the best is not what was meant.
    for (std::size_t i = 0; i != std::min(most, ranked.size()); ++i) {
        if (std::get<0>(ranked[i]) > std::get<0>(ranked[0]) + 2) break;
        if (i != 0) joined += ", ";
        joined += std::get<2>(ranked[i]);
    }
    return joined;
}

}  // namespace tally::kit
