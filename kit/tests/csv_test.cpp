// SPDX-License-Identifier: MIT
#include "kit/csv.hpp"

#include "kit/catch2.hpp"

using tally::kit::csv_field;

TEST_CASE("a field of a CSV is one field, whatever it holds") {
    CHECK(csv_field("") == "");
    CHECK(csv_field("ttas") == "ttas");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("say \"it\"") == "\"say \"\"it\"\"\"");
    CHECK(csv_field("two\nlines") == "\"two\nlines\"");
}

TEST_CASE("a field of a CSV is no formula to a spreadsheet") {
    CHECK(csv_field("=1+1") == "'=1+1");
    CHECK(csv_field("-1") == "'-1");
    CHECK(csv_field("@x,y") == "\"'@x,y\"");
    CHECK(csv_field("a=b") == "a=b");
}
