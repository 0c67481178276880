// SPDX-License-Identifier: MIT
#include "stress/race/distribution.hpp"

#include <algorithm>
#include <iterator>

namespace tally::stress {

namespace {

struct range {
    std::uint64_t first;
    std::uint64_t last;
    std::uint64_t count;
};

std::string flush_right(std::uint64_t number, std::size_t columns) {
    const std::string digits = std::to_string(number);
    return std::string(columns - std::min(columns, digits.size()), ' ') + digits;
}

// Of the same length, but for the last, which ends with the greatest value.
std::vector<range> ranges_of(const std::vector<std::uint64_t>& values, unsigned rows) {
    std::vector<range> ranges;
    if (values.empty() || rows == 0) return ranges;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const std::uint64_t length = (*most - *least) / rows + 1;
    for (std::uint64_t first = *least; first <= *most; first += length)
        ranges.push_back({first, std::min(first + length - 1, *most), 0});
    for (const auto value : values)
        ++ranges[(value - *least) / length].count;
    return ranges;
}

}  // namespace

std::string distribution(const std::vector<std::uint64_t>& values, std::uint64_t right,
                         unsigned rows, unsigned width) {
    std::vector<std::uint64_t> others;
    std::copy_if(values.begin(), values.end(), std::back_inserter(others),
                 [&](auto value) { return value != right; });
    std::vector<range> ranges = ranges_of(others, others.size() == values.size() ? rows : rows - 1);
    if (others.size() != values.size()) {
        const auto at = std::find_if(ranges.begin(), ranges.end(),
                                     [&](const range& each) { return each.first > right; });
        ranges.insert(at, {right, right, values.size() - others.size()});
    }

    std::uint64_t highest = 0;
    std::size_t digits = 0;
    for (const auto& each : ranges) {
        highest = std::max(highest, each.count);
        digits = std::max(digits, std::to_string(each.last).size());
    }
    const std::size_t count_digits = std::to_string(highest).size();
    const std::size_t bar_room = width - 2 * digits - count_digits - 6;
    std::string text;
    for (const auto& each : ranges) {
        text += each.first == each.last
                    ? flush_right(each.first, 2 * digits + 3)
                    : flush_right(each.first, digits) + " - " + flush_right(each.last, digits);
        text += "  " + flush_right(each.count, count_digits);
        // A run that happened is seen, however many others there are.
        const std::uint64_t bar = (each.count * bar_room + highest - 1) / highest;
        if (bar != 0) text += ' ' + std::string(bar, '#');
        text += '\n';
    }
    return text;
}

}  // namespace tally::stress
