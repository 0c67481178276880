// SPDX-License-Identifier: MIT
#include "results/publish/figures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace tally::results {

std::string grouped(double whole) {
    std::string digits = fmt::format("{:.0f}", whole);
    const std::ptrdiff_t first = digits.starts_with('-') ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return digits;
}

std::string significant(double value, int digits) {
    if (value == 0) return "0";
    if (!std::isfinite(value)) return "n/a";
    const auto magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value))));
    const double scale = std::pow(10.0, digits - 1 - magnitude);
    const double rounded = std::round(value * scale) / scale;
    // 9.996 rounds up into the next magnitude: ask again.
    const auto after = static_cast<int>(std::floor(std::log10(std::fabs(rounded)) + 1e-9));
    const int decimals = digits - 1 - after;
    if (decimals <= 0) return grouped(rounded);
    return fmt::format("{:.{}f}", rounded, decimals);
}

std::string wait(double nanoseconds, double floor) {
    return nanoseconds < floor ? "< " + duration(floor) : duration(nanoseconds);
}

std::string duration(double nanoseconds) {
    constexpr std::pair<double, const char*> units[]{
        {1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
    for (const auto& [length, unit] : units) {
        if (std::fabs(nanoseconds) >= length) {
            return significant(nanoseconds / length) + ' ' + unit;
        }
    }
    return significant(nanoseconds) + " ns";
}

std::string scaled(double value) {
    constexpr std::pair<double, const char*> prefixes[]{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}};
    for (const auto& [factor, prefix] : prefixes) {
        if (std::fabs(value) >= factor) return significant(value / factor) + prefix;
    }
    return significant(value);
}

std::string percent(double share) { return significant(100 * share) + " %"; }

}  // namespace tally::results
