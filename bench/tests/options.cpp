#include "bench/options.hpp"

#include <chrono>

#include "kit/catch2.hpp"

using namespace tally::bench;
using namespace std::chrono_literals;

TEST_CASE("times are read with their unit and written in the largest that fits") {
    CHECK(parse_time("--window", "50ms") == 50ms);
    CHECK(parse_time("--window", "1.5s") == 1500ms);
    CHECK(parse_time("--window", "100us") == 100us);
    CHECK(parse_time("--budget", "25m") == 25min);
    for (const auto* bad :
         {"", "5", "ms", "-1ms", "5min", "nan", "infs", "1e300s", "5 ms", "0x5ms"})
        CHECK_THROWS_AS(parse_time("--window", bad), bad_input);
    CHECK(to_text(0ns) == "0ns");
    CHECK(to_text(100ns) == "100ns");
    CHECK(to_text(1us) == "1us");
    CHECK(to_text(1500us) == "1500us");
    CHECK(to_text(2s) == "2s");
}

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
