// SPDX-License-Identifier: MIT
// Figures as a person reads them: three significant digits, units that fit.
#pragma once

#include <string>

namespace tally::results {

// 36.24 -> "36.2", 0.8441 -> "0.844", 2124.3 -> "2,120": never an exponent.
std::string significant(double value, int digits = 3);

// Nanoseconds in the unit that fits: 41.2 -> "41.2 ns", 5.1e6 -> "5.10 ms".
std::string duration(double nanoseconds);
// A wait that is known to within `floor`: "< 12.0 ns" if it is shorter.
std::string wait(double nanoseconds, double floor);

// A number of anything, with the SI prefix that fits: 133.4e6 -> "133 M".
std::string scaled(double value);

// A share of one: 0.4812 -> "48.1 %", 0.00000213 -> "0.000213 %".
std::string percent(double share);

// 1234567 -> "1,234,567".
std::string grouped(double whole);

}  // namespace tally::results
