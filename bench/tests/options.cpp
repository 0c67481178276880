// SPDX-License-Identifier: MIT
#include "bench/options.hpp"

#include <chrono>

#include "kit/catch2.hpp"

using namespace tally::bench;
using namespace std::chrono_literals;

TEST_CASE("a width to settle at is a part in a hundred, or off") {
    CHECK(parse_settle("5%") == 0.05);
    CHECK(parse_settle("0.5%") == 0.005);
    CHECK_FALSE(parse_settle("off").has_value());
    for (const auto* bad : {"", "5", "%", "0%", "-1%", "100%", "nan%", "5 %", "5%%", "on"})
        CHECK_THROWS_AS(parse_settle(bad), bad_input);
}

TEST_CASE("a window that is cut gets its warm-up cut in proportion") {
    options with;
    with.length = 100ms;
    with.warm_up = 10ms;
    CHECK(with.warm_up_for(100ms) == 10ms);
    CHECK(with.warm_up_for(20ms) == 2ms);
}
