// SPDX-License-Identifier: MIT
// Numbers as docs/gil.md shows them.
#pragma once

#include <fmt/core.h>

#include <string>

namespace tally::results::gil {

inline std::string duration(double nanoseconds) {
    if (nanoseconds < 1e3) return fmt::format("{:.0f} ns", nanoseconds);
    if (nanoseconds < 1e5) return fmt::format("{:.1f} µs", nanoseconds / 1e3);
    if (nanoseconds < 1e6) return fmt::format("{:.0f} µs", nanoseconds / 1e3);
    return fmt::format("{:.2f} ms", nanoseconds / 1e6);
}

inline std::string times(double ratio) { return fmt::format("{:.2f}", ratio); }
inline std::string whole(double number) { return fmt::format("{:.0f}", number); }

}  // namespace tally::results::gil
