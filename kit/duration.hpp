// SPDX-License-Identifier: MIT
// Lengths of time as they are typed and shown: a number and its unit.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tally::kit {

// "50ms", "1.5s", "100us", "10ns", "25m"; none for anything else.
std::optional<std::chrono::nanoseconds> read_duration(std::string_view text);

// In the largest unit, up to seconds, that needs no fraction: "1500us".
std::string to_text(std::chrono::nanoseconds time);

}  // namespace tally::kit
