#include "stress/race/distribution.hpp"

#include <algorithm>

namespace tally::stress {

namespace {

std::string right(std::uint64_t number, std::size_t columns) {
    const std::string digits = std::to_string(number);
    return std::string(columns - std::min(columns, digits.size()), ' ') + digits;
}

}  // namespace

std::string distribution(const std::vector<std::uint64_t>& values, unsigned rows, unsigned width) {
    if (values.empty()) return {};
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const std::uint64_t from = *least;
    // The ranges cover least .. most, all of the same length.
    const std::uint64_t length = (*most - from) / rows + 1;
    std::vector<std::uint64_t> counts((*most - from) / length + 1);
    for (const auto value : values)
        ++counts[(value - from) / length];

    const std::uint64_t highest = *std::max_element(counts.begin(), counts.end());
    const std::size_t digits = std::to_string(from + counts.size() * length - 1).size();
    const std::size_t count_digits = std::to_string(highest).size();
    const std::size_t bar_room = width - 2 * digits - count_digits - 6;
    std::string text;
    for (std::size_t row = 0; row != counts.size(); ++row) {
        const std::uint64_t first = from + row * length;
        text += length == 1 ? right(first, 2 * digits + 3)
                            : right(first, digits) + " - " + right(first + length - 1, digits);
        text += "  " + right(counts[row], count_digits);
        // A run that happened is seen, however many others there are.
        const std::uint64_t bar = (counts[row] * bar_room + highest - 1) / highest;
        if (bar != 0) text += ' ' + std::string(bar, '#');
        text += '\n';
    }
    return text;
}

}  // namespace tally::stress
