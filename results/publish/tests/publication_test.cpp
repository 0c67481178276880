// SPDX-License-Identifier: MIT
// The pages made from a small run, compared with pages that a person has read. When a page is meant
// to change: TALLY_UPDATE_EXPECTED=1 results_tests "the published pages*", read the difference,
// commit it.
#include "results/publish/publication.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"

using namespace tally::results;
using tally::kit::tests::read;
using tally::kit::tests::scratch;

namespace {

const std::filesystem::path data = TALLY_TEST_DATA;

// A row, measured five times with hardly a difference.
struct measured_row {
    std::string strategy;
    std::string waiting;
    unsigned threads;
    double speed;
    std::string family = {};
};

// A repository with the example run and a few files of the catalogue.
struct repository : scratch {
    repository() {
        std::filesystem::create_directories(path / "results");
        std::filesystem::copy(data / "runs", path / "results/runs",
                              std::filesystem::copy_options::recursive);
        for (const char* file :
             {"locks/spin/ttas.hpp", "locks/queue/mcs.hpp", "locks/library/std_mutex.hpp",
              "counters/fetch_add.hpp", "counters/racy.hpp", "counters/empty.hpp"}) {
            write(file, "");
        }
        write("README.md", "before\n<!-- tally:answer -->\nold\n<!-- /tally:answer -->\nafter\n");
    }

    // The newest run of all, on a machine "m".
    void add_run(const std::vector<measured_row>& of) {
        std::string rows;
        for (const measured_row& each : of) {
            for (int i = 0; i != 5; ++i) {
                rows += fmt::format(
                    R"({}{{"name":"counter/{}/{}/threads:{}","family":"{}","repetition_index":{},)"
                    R"("lost":0,"increments_per_second":{}}})",
                    rows.empty() ? "" : ",", each.strategy, each.waiting, each.threads, each.family,
                    i, each.speed * (1 + 1e-5 * i));
            }
        }
        write("results/runs/m/20990101T000000Z-abc/environment.json",
              R"({"cpu":{"usable_cpus":2},"run":{"repetitions":5}})");
        write("results/runs/m/20990101T000000Z-abc/bench.json",
              R"({"context":{"complete":true},"benchmarks":[)" + rows + "]}");
    }

    publication made(bool draw = false) const {
        return make_publication({.repository = path,
                                 .results = path / "results",
                                 .filled = {path / "README.md"},
                                 .draw = draw},
                                read_runs(path / "results/runs").runs);
    }
};

void compare(const std::string& text, const std::filesystem::path& expected) {
    if (std::getenv("TALLY_UPDATE_EXPECTED") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        std::ofstream(expected, std::ios::binary) << text;
    }
    INFO(expected.string());
    CHECK(text == read(expected));
}

}  // namespace

TEST_CASE("the published pages are as they were read and committed") {
    const repository at;
    const publication made = at.made();
    CHECK(made.complaints.empty());
    compare(made.files.at(at.path / "results/README.md"), data / "expected/results.md");
    for (const char* workload : {"counter", "floor", "sections"})
        compare(made.files.at(at.path / "results/example-2cpu" / (std::string(workload) + ".md")),
                data / "expected" / (std::string(workload) + ".md"));
    compare(made.files.at(at.path / "results/increments.csv"), data / "expected/increments.csv");
    compare(made.files.at(at.path / "README.md"), data / "expected/README.md");
    compare(made.summary, data / "expected/summary.txt");
}

TEST_CASE("what is printed fits a terminal of 80 columns") {
    const repository at;
    std::size_t columns = 0;
    for (const char c : at.made().summary) {
        if (c == '\n') {
            CHECK(columns <= 80);
            columns = 0;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            ++columns;
        }
    }
}

TEST_CASE("evidence is linked where there is some") {
    repository at;
    at.write("results/evidence.md", "# Evidence\n\n## ttas\n\nproved\n");
    const publication made = at.made();
    const std::string page = made.files.at(at.path / "results/example-2cpu/counter.md");
    CHECK_THAT(made.files.at(at.path / "results/README.md"),
               ContainsSubstring("[evidence](evidence.md)"));
    CHECK_THAT(page, ContainsSubstring("[proof](../evidence.md#ttas)"));
    CHECK_THAT(page, !ContainsSubstring("evidence.md#mcs"));
}

TEST_CASE("the front page links the pages of other programs that have a run") {
    repository at;
    const std::string crash = "[crash matrix](crash.md)";
    const std::string detectors = "[scoreboard](detectors.md)";
    const std::string gil = "[interpreters](../docs/gil.md)";
    const auto front = [&] {
        return make_publication({.repository = at.path,
                                 .results = at.path / "results",
                                 .filled = {},
                                 .docs = at.path / "docs",
                                 .draw = false},
                                read_runs(at.path / "results/runs").runs)
            .files.at(at.path / "results/README.md");
    };
    for (const auto& link : {crash, detectors, gil})
        CHECK_THAT(front(), !ContainsSubstring(link));
    const std::string stored = "results/runs/example-2cpu/20260101T000000Z-abc/";
    at.write(stored + "crash.json",
             R"({"schema":"tally-crash 1","stride":1,"random_kills":0,"seed":1,"patience_ms":100,)"
             R"("locks":[]})");
    CHECK_THAT(front(), ContainsSubstring(crash) && !ContainsSubstring(detectors) &&
                            !ContainsSubstring(gil));
    // A page stands though its newest run cannot be read.
    at.write(stored + "detectors.json", "{");
    at.write(stored + "interpreters.json", "{");
    for (const auto& link : {crash, detectors, gil})
        CHECK_THAT(front(), ContainsSubstring(link));
}

TEST_CASE("each machine has a section and a workload that nobody knows has a table") {
    repository at;
    at.write("results/runs/other-64cpu/20260101T000000Z-abc/environment.json", "{}");
    at.write("results/runs/other-64cpu/20260101T000000Z-abc/bench.json",
             R"({"benchmarks":[{"name":"waiting/cpython/itself/interval:5ms","late_p50_ns":5.1e6,)"
             R"("turns":12}]})");
    const publication made = at.made();
    const std::string page = made.files.at(at.path / "results/README.md");
    CHECK_THAT(page, ContainsSubstring("- [Example CPU, 2 CPUs](#example-2cpu)"));
    CHECK_THAT(page, ContainsSubstring("- [other-64cpu](#other-64cpu)"));
    CHECK_THAT(page, ContainsSubstring("### [waiting](other-64cpu/waiting.md)"));
    CHECK_THAT(page, ContainsSubstring("### [counter](example-2cpu/counter.md)"));
    const std::string waiting = made.files.at(at.path / "results/other-64cpu/waiting.md");
    CHECK_THAT(waiting, ContainsSubstring("# waiting: other-64cpu"));
    CHECK_THAT(waiting, ContainsSubstring("[all results](../README.md#other-64cpu)"));
    CHECK_THAT(waiting, ContainsSubstring("## waiting, interval:5ms"));
    CHECK_THAT(waiting, ContainsSubstring("| strategy | waiting | late_p50_ns | turns | notes |"));
    CHECK_THAT(waiting, ContainsSubstring("| cpython | itself | 5.10 ms | 12.0 |  |"));
}

TEST_CASE("rows that were measured unlike often are ranked together and tell how often") {
    repository at;
    std::string rows;
    const auto add = [&](const std::string& strategy, int repetitions, const std::string& ended) {
        for (int i = 0; i != repetitions; ++i) {
            rows +=
                (rows.empty() ? "" : ",") +
                (R"({"name":"counter/)" + strategy + R"(/spin/threads:2","repetition_index":)") +
                std::to_string(i) + R"(,"lost":0,"increments_per_second":)" +
                std::to_string((strategy == "mcs" ? 1e6 : 2e6) + 1e3 * i);
            if (i >= 4) rows += R"(,"interval_half_width":0.01)";
            if (i + 1 == repetitions && !ended.empty()) rows += R"(,"ended":")" + ended + "\"";
            rows += "}";
        }
    };
    add("ttas", 5, "settled");
    add("mcs", 15, "most");
    add("ticket", 11, "");
    at.write("results/runs/m/1/environment.json", R"({"run":{"repetitions":15,"settle":0.05}})");
    at.write("results/runs/m/1/bench.json",
             R"({"context":{"complete":true},"benchmarks":[)" + rows + "]}");
    const publication made = at.made();
    const std::string page = made.files.at(at.path / "results/m/counter.md");
    INFO(page);
    CHECK_THAT(page, ContainsSubstring("| 5 repetitions |\n"));
    CHECK_THAT(page, ContainsSubstring("| 15 repetitions, not settled |\n"));
    CHECK_THAT(page, ContainsSubstring("| 11 repetitions, not settled |\n"));
    CHECK_THAT(page, ContainsSubstring("| 1 | [ttas]"));
    CHECK_THAT(page, ContainsSubstring("| 3 | [mcs]"));
    const std::string front = made.files.at(at.path / "results/README.md");
    CHECK_THAT(front, ContainsSubstring("| plan | 5 to 15 repetitions (a row ended once half its "
                                        "interval was at most 5.00 % of its median), interleaved"));
    CHECK_THAT(front, !ContainsSubstring("stopped early"));
}

TEST_CASE(
    "where most strategies share the first rank the page says that it cannot tell them apart") {
    repository at;
    // Two threads: four of five alike, so that no ranking is left. Four: three of five, which can
    // all be named. Eight: four of eight, and half of them are an answer.
    std::vector<measured_row> rows;
    for (int i = 0; i != 8; ++i) {
        const std::string name = "lock" + std::to_string(i);
        if (i < 5) rows.push_back({name, "spin", 2, i < 4 ? 2e6 + 10 * i : 1e6});
        if (i < 5) rows.push_back({name, "spin", 4, i < 3 ? 2e6 + 10 * i : 1e6});
        rows.push_back({name, "spin", 8, i < 4 ? 2e6 + 10 * i : 1e6});
    }
    at.add_run(rows);
    const publication made = at.made();
    for (const char* file : {"results/README.md", "results/m/counter.md"}) {
        const std::string page = made.files.at(at.path / file);
        INFO(page);
        const std::string alike = "cannot tell 4 of 5 apart: lock3 (spin) and others";
        CHECK_THAT(page, ContainsSubstring("| 2 | " + alike + " | 2.00 | " + alike + " | 2.00 |"));
        CHECK_THAT(page, ContainsSubstring("| 4 | lock2 (spin), lock1 (spin), lock0 (spin) | "));
        CHECK_THAT(page, ContainsSubstring(
                             "| 8 | lock3 (spin), lock2 (spin), lock1 (spin) and 1 more | "));
    }
    // In the ranking itself all of them have the first rank.
    const std::string ranking = made.files.at(at.path / "results/m/counter.md");
    for (const char* name : {"lock0", "lock1", "lock2", "lock3"})
        CHECK_THAT(ranking, ContainsSubstring(std::string("| 1 | ") + name + " | spin | "));
    CHECK_THAT(ranking, ContainsSubstring("| 5 | lock4 | spin | "));
}

TEST_CASE("a lock of the reader's own is in the summary and in the chart however slow it is") {
    repository at;
    // More locks than a summary or a chart has room for, each of a family of its own, all faster.
    std::vector<measured_row> rows;
    for (const unsigned threads : {1U, 2U, 8U}) {
        for (int i = 0; i != 20; ++i) {
            const std::string name = "known" + std::to_string(i);
            rows.push_back({name, "spin", threads, 2e6 + 1e5 * i, "family" + std::to_string(i)});
            at.write("locks/family" + std::to_string(i) + "/" + name + ".hpp", "");
        }
        rows.push_back({"my_own", "park", threads, 1e6, "extra"});
    }
    at.add_run(rows);
    const bool can_draw = std::system("command -v gnuplot >/dev/null") == 0;  // NOLINT
    const publication made = at.made(can_draw);
    INFO(made.summary);
    std::size_t shown = 0;
    for (auto found = made.summary.find("my_own (park)"); found != std::string::npos;
         found = made.summary.find("my_own (park)", found + 1))
        ++shown;
    CHECK(shown == 3);  // at each number of threads
    CHECK_THAT(made.summary, ContainsSubstring(" 21 my_own (park) "));
    CHECK_THAT(made.summary, !ContainsSubstring("known3 "));
    if (!can_draw) {
        WARN("gnuplot is not installed: not drawn");
        return;
    }
    const std::string chart = made.charts.at(at.path / "results/charts/m.svg");
    CHECK_THAT(chart, ContainsSubstring("my_own (park)"));
    CHECK_THAT(chart, !ContainsSubstring("known3 "));
}

TEST_CASE("a 99th percentile below its own floor is shown as less than that") {
    repository at;
    std::string rows;
    for (int i = 0; i != 5; ++i) {
        for (const auto& [name, floor] :
             {std::pair{"ttas", R"(,"wait_p99_floor_ns":60)"}, {"mcs", ""}}) {
            rows += fmt::format(
                R"({}{{"name":"counter/{}/spin/threads:2","repetition_index":{},"lost":0,)"
                R"("increments_per_second":2e6,"wait_p99_ns":40,"wait_floor_ns":10{}}})",
                rows.empty() ? "" : ",", name, i, floor);
        }
    }
    at.write("results/runs/m/20990101T000000Z-abc/environment.json", "{}");
    at.write("results/runs/m/20990101T000000Z-abc/bench.json", R"({"benchmarks":[)" + rows + "]}");
    const publication made = at.made();
    const std::string page = made.files.at(at.path / "results/m/counter.md");
    INFO(page << made.summary);
    CHECK_THAT(page, ContainsSubstring("| &lt; 60.0 ns |"));
    CHECK_THAT(page, ContainsSubstring("| 40.0 ns |"));  // of a run that had but one floor
    CHECK_THAT(made.summary, ContainsSubstring("< 60.0 ns") && ContainsSubstring("  40.0 ns"));
}

TEST_CASE("text from a raw run cannot break a table") {
    repository at;
    at.write("results/runs/m/1/environment.json",
             R"({"cpu":{"model":"a | <b>","governor":"# h\n# h2 [x](y) *z* `c`"}})");
    at.write("results/runs/m/1/bench.json",
             R"({"benchmarks":[{"name":"counter/x/spin/threads:2","error_occurred":true,)"
             R"("error_message":"=one | two\nthree<script>"}]})");
    const publication made = at.made();
    const std::string page = made.files.at(at.path / "results/README.md");
    CHECK_THAT(made.files.at(at.path / "results/m/counter.md"),
               ContainsSubstring("=one \\| two three&lt;script&gt;"));
    CHECK_THAT(page, ContainsSubstring("| CPU | a \\| &lt;b&gt; |"));
    CHECK_THAT(page, ContainsSubstring("| governor | \\# h \\# h2 \\[x\\](y) \\*z\\* \\`c\\` |"));
    // A spreadsheet takes what begins with '=' for a formula.
    CHECK_THAT(at.made().files.at(at.path / "results/increments.csv"),
               ContainsSubstring(",\"'=one | two\nthree<script>\""));
}

TEST_CASE("a page without a region to fill is named") {
    repository at;
    at.write("README.md", "no region here\n");
    const publication made = at.made();
    REQUIRE(made.complaints.size() == 1);
    CHECK_THAT(made.complaints[0], ContainsSubstring("README.md: has no region"));
}
