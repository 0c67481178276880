// SPDX-License-Identifier: MIT
#include "kit/duration.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace tally::kit {

std::optional<std::chrono::nanoseconds> read_duration(std::string_view text) {
    constexpr double longest_ns = 1e15;
    constexpr std::pair<std::string_view, double> units[] = {
        {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}};
    double number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(last - end));
    for (const auto& [name, factor] : units)
        if (unit == name && number * factor <= longest_ns)
            return std::chrono::nanoseconds(std::llround(number * factor));
    return std::nullopt;
}

std::string to_text(std::chrono::nanoseconds time) {
    const auto n = time.count();
    if (n != 0 && n % 1'000'000'000 == 0) return std::to_string(n / 1'000'000'000) + "s";
    if (n != 0 && n % 1'000'000 == 0) return std::to_string(n / 1'000'000) + "ms";
    if (n != 0 && n % 1'000 == 0) return std::to_string(n / 1'000) + "us";
    return std::to_string(n) + "ns";
}

}  // namespace tally::kit
