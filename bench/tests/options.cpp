#include "bench/options.hpp"

#include <chrono>

#include "cmake/catch2.hpp"

using namespace tally::bench;
using namespace std::chrono_literals;

TEST_CASE("times are read with their unit and written in the largest that fits") {
    CHECK(parse_time("--window", "50ms") == 50ms);
    CHECK(parse_time("--window", "1.5s") == 1500ms);
    CHECK(parse_time("--window", "100us") == 100us);
    for (const auto* bad : {"", "5", "ms", "-1ms", "5m", "nan", "infs", "1e300s", "5 ms", "0x5ms"})
        CHECK_THROWS_AS(parse_time("--window", bad), bad_input);
    CHECK(to_text(0ns) == "0ns");
    CHECK(to_text(100ns) == "100ns");
    CHECK(to_text(1us) == "1us");
    CHECK(to_text(1500us) == "1500us");
    CHECK(to_text(2s) == "2s");
}

TEST_CASE("a window that is cut gets its warm-up cut in proportion") {
    options with;
    with.length = 100ms;
    with.warm_up = 10ms;
    CHECK(with.warm_up_for(100ms) == 10ms);
    CHECK(with.warm_up_for(20ms) == 2ms);
}
