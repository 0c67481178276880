#include "results/publish/compare.hpp"

#include "cmake/catch2.hpp"

using namespace tally::results;

namespace {

// Seven repetitions around `speed`, 1 % apart.
run a_run(const std::string& strategy, double speed, double lost = 0) {
    run it{.machine = "m",
           .name = "1",
           .environment = {},
           .rows = {},
           .miscalibrated = 0,
           .complete = true};
    for (int i = -3; i <= 3; ++i) {
        it.rows.push_back(
            {.name = {"counter", "", strategy, "spin", "threads", 2},
             .family = {},
             .control = false,
             .repetition = i + 3,
             .values = {{"increments_per_second", speed * (1 + 0.01 * i)}, {"lost", lost}},
             .error = {}});
    }
    return it;
}

change verdict(const run& before, const run& after) {
    const comparison found = compare(before, after, 0.15);
    REQUIRE(found.rows.size() == 1);
    return found.rows[0].verdict;
}

}  // namespace

TEST_CASE("a row has changed when all of its interval is beyond what machines drift") {
    CHECK(verdict(a_run("a", 100), a_run("a", 100)) == change::none);
    CHECK(verdict(a_run("a", 100), a_run("a", 88)) == change::none);
    CHECK(verdict(a_run("a", 100), a_run("a", 75)) == change::slower);
    CHECK(verdict(a_run("a", 100), a_run("a", 130)) == change::faster);
    // The median is beyond; the interval is not.
    CHECK(verdict(a_run("a", 100), a_run("a", 84)) == change::none);
}

TEST_CASE("a row that begins to lose increments is wrong however fast") {
    CHECK(verdict(a_run("a", 100), a_run("a", 300, 1)) == change::wrong);
    CHECK(verdict(a_run("a", 100, 1), a_run("a", 100, 1)) == change::none);
}

TEST_CASE("rows of one run only are named") {
    const comparison found = compare(a_run("a", 100), a_run("b", 100), 0.15);
    CHECK(found.rows.empty());
    CHECK(found.only_in_one ==
          std::vector<std::string>{"counter/b/spin/threads:2", "counter/a/spin/threads:2"});
}

TEST_CASE("a row that once made nothing has no ratio") {
    CHECK(verdict(a_run("a", 0), a_run("a", 100)) == change::none);
}
