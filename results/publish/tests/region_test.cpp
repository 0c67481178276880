// SPDX-License-Identifier: MIT
#include "results/publish/region.hpp"

#include "kit/catch2.hpp"

using namespace tally::results;

TEST_CASE("a region is replaced and all else stays") {
    const std::string page = "a\n<!-- tally:answer -->\nold\n<!-- /tally:answer -->\nb\n";
    CHECK(fill_region(page, "answer", "new\n") ==
          "a\n<!-- tally:answer -->\nnew\n<!-- /tally:answer -->\nb\n");
    CHECK(fill_region(page, "answer", "old\n") == page);
}

TEST_CASE("a page without the region or without its end is left alone") {
    CHECK_FALSE(fill_region("a\nb\n", "answer", "new\n"));
    CHECK_FALSE(fill_region("<!-- tally:answer -->\nold\n", "answer", "new\n"));
    CHECK_FALSE(fill_region("<!-- tally:figures -->\n<!-- /tally:figures -->\n", "answer", ""));
}
