// SPDX-License-Identifier: MIT
#include "kit/progress.hpp"

#include "kit/catch2.hpp"

using namespace tally;

TEST_CASE("the bar tells rows done and rows left and time left and fits its line") {
    kit::progress bar(3, false);
    bar.step("a", false, 5);
    bar.step("a", true, 4);
    bar.step("b", false, 3);
    const auto text = bar.text("counter/x", 200);
    CHECK_THAT(text, ContainsSubstring("1 of 3 rows done"));
    CHECK_THAT(text, ContainsSubstring("2 left"));
    CHECK_THAT(text, ContainsSubstring("to go"));
    CHECK_THAT(text, ContainsSubstring("[============            ]"));
    // What the bar is half full of: all windows are in one random order, so rows end late.
    CHECK_THAT(text, ContainsSubstring("] 3 of 6 windows, "));
    CHECK(bar.text("counter/x", 20).size() == 20);
    // A row that is settled takes its other windows with it.
    bar.step("b", true, 1);
    CHECK_THAT(bar.text("counter/x", 200), ContainsSubstring("] 4 of 5 windows, 2 of 3 rows done"));
}
