// SPDX-License-Identifier: MIT
#include "results/publish/compare.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "kit/catch2.hpp"

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
            {.name = "",
             .parts = {"counter", "", strategy, "spin", "threads", 2},
             .family = {},
             .control = false,
             .repetition = static_cast<unsigned>(i + 3),
             .figures = {{"increments_per_second", speed * (1 + 0.01 * i)}, {"lost", lost}},
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

namespace {

// A run of so many rows on a machine that drifts: all rows by a common factor, each by one of its
// own, and repetitions around that. `slower`: the first row's true throughput, of the others' 1.
run drifting_run(std::mt19937_64& random, unsigned rows, double slower = 1) {
    std::normal_distribution<double> normal;
    run it{.machine = "m",
           .name = "1",
           .environment = {},
           .rows = {},
           .miscalibrated = 0,
           .complete = true};
    const double common = std::exp(0.04 * normal(random));
    for (unsigned i = 0; i != rows; ++i) {
        // One row in five jumps about, as contended ones do.
        const double own = std::exp((i % 5 == 0 ? 0.10 : 0.05) * normal(random));
        for (unsigned repetition = 0; repetition != 7; ++repetition) {
            const double speed =
                1e6 * (i == 1 ? slower : 1) * common * own * std::exp(0.03 * normal(random));
            it.rows.push_back(
                {.name = "",
                 .parts = {"counter", "", "s" + std::to_string(i), "spin", "threads", 2},
                 .family = {},
                 .control = false,
                 .repetition = repetition,
                 .figures = {{"increments_per_second", speed}, {"lost", 0.0}},
                 .error = {}});
        }
    }
    return it;
}

}  // namespace

TEST_CASE("runs of one binary on a machine that drifts are rarely held to differ") {
    std::mt19937_64 random(1);
    unsigned differing = 0;
    constexpr unsigned pairs = 40;
    for (unsigned pair = 0; pair != pairs; ++pair) {
        const comparison found = compare(drifting_run(random, 60), drifting_run(random, 60), 0.15);
        CHECK(found.drift_known);
        const bool differs = std::any_of(found.rows.begin(), found.rows.end(), [](const auto& row) {
            return row.verdict != change::none;
        });
        if (differs) ++differing;
    }
    CHECK(differing <= 4);
}

TEST_CASE("a row that became 2.5 times as slow is found in runs that drift") {
    std::mt19937_64 random(2);
    unsigned found_it = 0;
    constexpr unsigned pairs = 20;
    for (unsigned pair = 0; pair != pairs; ++pair) {
        const comparison found =
            compare(drifting_run(random, 60), drifting_run(random, 60, 0.4), 0.15);
        if (found.rows[0].name.find("/s1/") != std::string::npos &&
            found.rows[0].verdict == change::slower)
            ++found_it;
    }
    CHECK(found_it >= 18);
}

TEST_CASE("a row of fewer repetitions than an interval needs is compared by its count alone") {
    const auto first_of = [](run it, std::size_t repetitions) {
        it.rows.resize(repetitions);
        return it;
    };
    CHECK(verdict(first_of(a_run("a", 100), 4), first_of(a_run("a", 10), 4)) == change::none);
    CHECK(verdict(first_of(a_run("a", 100), 5), first_of(a_run("a", 10), 5)) == change::slower);
    CHECK(verdict(first_of(a_run("a", 100), 1), first_of(a_run("a", 100, 1), 1)) == change::wrong);
}

TEST_CASE("runs whose rows were measured unlike often are compared by their medians") {
    run often = a_run("a", 10);
    for (int i = 0; i != 8; ++i)
        often.rows.push_back(often.rows[static_cast<std::size_t>(i) % 7]);
    run seldom = a_run("a", 100);
    seldom.rows.resize(5);
    CHECK(verdict(seldom, often) == change::slower);
    CHECK(verdict(often, seldom) == change::faster);
    CHECK(verdict(often, often) == change::none);
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
