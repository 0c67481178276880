// SPDX-License-Identifier: MIT
#include "results/publish/chart.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"
#include "results/publish/findings.hpp"
#include "results/publish/gnuplot.hpp"

using namespace tally::results;

namespace {

// One strategy at 1, 2 and 8 threads on 2 CPUs, three repetitions each.
void add(std::vector<row>& rows, const std::string& strategy, const std::string& family,
         const std::string& waiting, double alone, double full, double crowded,
         double lost_share = 0) {
    for (const auto& [threads, speed] : {std::pair{1U, alone}, {2U, full}, {8U, crowded}}) {
        for (unsigned i = 0; i != 3; ++i) {
            const bool loses = lost_share > 0 && threads > 1;
            rows.push_back({.name = "",
                            .parts = {"counter", "", strategy, waiting, "threads", threads},
                            .family = family,
                            .control = lost_share > 0,
                            .repetition = i,
                            .figures = {{"increments_per_second", speed * (1 + 0.01 * i)},
                                        {"made", 1000},
                                        {"lost", loses ? 1000 * lost_share : 0}},
                            .error = {}});
        }
    }
}

struct example {
    std::vector<run> runs;
    site all;
    findings found;

    explicit example(std::vector<row> rows) {
        runs.push_back({.machine = "m",
                        .name = "1",
                        .environment = recorded(nlohmann::json{
                            {"cpu", {{"model", "It's a CPU"}, {"usable_cpus", 2U}}}}),
                        .rows = std::move(rows),
                        .miscalibrated = 0,
                        .complete = true});
        all.tables = make_tables(runs);
        REQUIRE(find(all, "m", found));
    }
};

std::vector<row> typical() {
    std::vector<row> rows;
    add(rows, "std_mutex", "library", "itself", 160e6, 40e6, 36e6);
    add(rows, "fetch_add", "counters", "none", 550e6, 100e6, 95e6);
    add(rows, "ttas", "spin", "spin", 450e6, 50e6, 10e6);
    add(rows, "ttas", "spin", "park", 400e6, 45e6, 44e6);
    add(rows, "mcs", "queue", "spin", 200e6, 30e6, 0.5e6);
    add(rows, "racy", "counters", "none", 2000e6, 900e6, 800e6, 0.48);
    return rows;
}

const course* drawn(const findings& in, const std::string& label) {
    for (const course& each : in.drawn) {
        if (each.label() == label) return &each;
    }
    return nullptr;
}

}  // namespace

TEST_CASE(
    "a chart has std_mutex and fetch_add and the best of each family and what falls furthest") {
    const example it(typical());
    CHECK(it.found.full == 2);
    CHECK(it.found.crowded == 8);
    CHECK(drawn(it.found, "std_mutex") == it.found.mutex);
    CHECK(drawn(it.found, "fetch_add") == it.found.addition);
    CHECK(drawn(it.found, "ttas (spin)") != nullptr);
    CHECK(drawn(it.found, "ttas (park)") == it.found.crowded_best);
    CHECK(drawn(it.found, "mcs (spin)") == it.found.falls_furthest);
    CHECK(drawn(it.found, "racy") == it.found.control);
    CHECK(it.found.drawn.size() == 6);
}

TEST_CASE("a chart never has more lines than a person can follow") {
    std::vector<row> rows = typical();
    for (int i = 0; i != 20; ++i) {
        add(rows, "lock" + std::to_string(i), "family" + std::to_string(i), "spin", 9e6, 8e6, 7e6);
    }
    CHECK(example(rows).found.drawn.size() == findings::most_courses);
}

TEST_CASE("the sentence says what the figures say") {
    const example it(typical());
    CHECK(it.found.title() ==
          "8 threads on 2 CPUs: mcs (spin) is 60 times slower than with 2, std_mutex 1.1 times");
    CHECK(
        it.found.sentence() ==
        "On It's a CPU, 2 CPUs, one increment behind `std_mutex` costs 6.19 ns with 1 thread and "
        "24.8 ns with 2; one atomic addition, 1.80 ns and 9.90 ns. With more threads than CPUs the "
        "strategies part: 8 threads with `mcs` (spin) make 505,000 increments per second, 60 times "
        "fewer than 2 threads; with `ttas` (park), the fastest lock there, 44.4 million. `racy`, "
        "which nothing protects, lost 48.0 % of its increments with 2 threads.");
}

TEST_CASE("where nothing falls nothing is said of falling") {
    std::vector<row> rows;
    add(rows, "std_mutex", "library", "itself", 160e6, 40e6, 36e6);
    const example it(rows);
    CHECK_THAT(it.found.title(), !ContainsSubstring("slower"));
    CHECK_THAT(it.found.sentence(), !ContainsSubstring("fewer"));
    CHECK_THAT(it.found.sentence(), !ContainsSubstring("lost"));
}

TEST_CASE("the chart is drawn with a label for each line on a ground of its own") {
    if (std::system("command -v gnuplot >/dev/null") != 0) {  // NOLINT
        WARN("gnuplot is not installed: not drawn");
        return;
    }
    const example it(typical());
    const std::string svg = draw(chart_script(it.found));
    for (const course& each : it.found.drawn)
        CHECK_THAT(svg, ContainsSubstring(each.label()));
    CHECK_THAT(svg, ContainsSubstring(it.found.title()));
    CHECK_THAT(svg, ContainsSubstring("#ffffff"));
    CHECK_THAT(svg, ContainsSubstring("It&apos;s a CPU") || ContainsSubstring("It's a CPU") ||
                        ContainsSubstring("It&#39;s a CPU"));
}

TEST_CASE("a strategy that made nothing does not keep the chart from being drawn") {
    if (std::system("command -v gnuplot >/dev/null") != 0) return;  // NOLINT
    std::vector<row> rows = typical();
    add(rows, "stuck", "other", "spin", 1e6, 1e6, 0);
    CHECK_THAT(draw(chart_script(example(rows).found)), ContainsSubstring("</svg>"));
}
