// SPDX-License-Identifier: MIT
#include "runs/row_name.hpp"

#include "kit/catch2.hpp"

using namespace tally;
using runs::parse_row_name;

TEST_CASE("a row's name is taken apart and what the driver appended is dropped") {
    const auto row = parse_row_name(
        "sections/ttas/park/cs:100ns/ncs:1us/threads:8/iterations:1/repeats:7/manual_time");
    REQUIRE(row);
    CHECK(*row == runs::row_name{"sections", "cs:100ns/ncs:1us", "ttas", "park", "threads", 8});
}

TEST_CASE("a row may be along processes or along nothing") {
    CHECK(parse_row_name("counter/flock/itself/processes:4") ==
          runs::row_name{"counter", "", "flock", "itself", "processes", 4});
    CHECK(parse_row_name("counter/flock/itself/scope:process/threads:4") ==
          runs::row_name{"counter", "scope:process", "flock", "itself", "threads", 4});
    CHECK(parse_row_name("gil/cpython/itself") ==
          runs::row_name{"gil", "", "cpython", "itself", "", 0});
}

TEST_CASE("what is not a row of this suite has no name") {
    CHECK_FALSE(parse_row_name(""));
    CHECK_FALSE(parse_row_name("BM_StringCopy"));
    CHECK_FALSE(parse_row_name("BM_memcpy/8"));
    CHECK_FALSE(parse_row_name("BM_x/8/threads:2"));
    CHECK_FALSE(parse_row_name("counter//spin"));
}

TEST_CASE("a count that is not a number is a parameter") {
    const auto row = parse_row_name("counter/ttas/spin/threads:many");
    REQUIRE(row);
    CHECK(row->scale.empty());
    CHECK(row->parameters == "threads:many");
}
