// SPDX-License-Identifier: MIT
#include "results/publish/figures.hpp"

#include "kit/catch2.hpp"

using namespace tally::results;

TEST_CASE("figures have three digits and never an exponent") {
    CHECK(significant(36.24) == "36.2");
    CHECK(significant(0.8441) == "0.844");
    CHECK(significant(9.996) == "10.0");
    CHECK(significant(2124.3) == "2,120");
    CHECK(significant(1.0) == "1.00");
    CHECK(significant(0) == "0");
    CHECK(significant(-0.002713) == "-0.00271");
    CHECK(significant(92042, 2) == "92,000");
    CHECK(significant(999.6) == "1,000");
}

TEST_CASE("durations have the unit that fits") {
    CHECK(duration(41.23) == "41.2 ns");
    CHECK(duration(1490) == "1.49 µs");
    CHECK(duration(5.1e6) == "5.10 ms");
    CHECK(duration(0.21) == "0.210 ns");
    CHECK(duration(3e9) == "3.00 s");
}

TEST_CASE("shares and large numbers are readable") {
    CHECK(percent(0.4812) == "48.1 %");
    CHECK(percent(0.00000213) == "0.000213 %");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(grouped(-123) == "-123");
    CHECK(grouped(-1234) == "-1,234");
    CHECK(scaled(133.4e6) == "133 M");
    CHECK(scaled(65.8) == "65.8");
    CHECK(scaled(1.65e9) == "1.65 G");
}
