// SPDX-License-Identifier: MIT
#include "results/publish/table.hpp"

#include "kit/catch2.hpp"

using namespace tally::results;

namespace {

row measured(const std::string& strategy, unsigned threads, unsigned repetition, double speed,
             double lost = 0, bool counts = true) {
    row it{.name = "",
           .parts = {"counter", "", strategy, "spin", "threads", threads},
           .family = "spin",
           .control = false,
           .repetition = repetition,
           .figures = {{"increments_per_second", speed}, {"made", speed / 10}},
           .error = {}};
    if (counts) it.figures.emplace_back("lost", lost);
    return it;
}

run a_run(const std::string& name, std::vector<row> rows, bool complete = true) {
    return {.machine = "m",
            .name = name,
            .environment = {},
            .rows = std::move(rows),
            .miscalibrated = 0,
            .complete = complete};
}

const line& line_of(const table& in, unsigned count, const std::string& strategy) {
    for (const line& each : in.by_count.at(count)) {
        if (each.strategy == strategy) return each;
    }
    FAIL("no line of " << strategy);
    throw 0;
}

}  // namespace

TEST_CASE("repetitions are folded into their median and ranked") {
    std::vector<row> rows;
    for (unsigned i = 0; i != 7; ++i) {
        rows.push_back(measured("slow", 2, i, 100 + i));
        rows.push_back(measured("fast", 2, i, 200 + i));
        rows.push_back(measured("as_fast", 2, i, 199 + i));
    }
    const std::vector runs{a_run("1", rows)};
    const auto tables = make_tables(runs).at("m");
    REQUIRE(tables.size() == 1);
    const auto& lines = tables[0].by_count.at(2);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].strategy == "fast");
    CHECK(lines[0].middle == 203);
    CHECK(lines[0].rank == 1);
    CHECK(lines[1].strategy == "as_fast");
    CHECK(lines[1].rank == 1);
    CHECK(lines[2].rank == 3);
    CHECK(lines[2].repetitions == 7);
}

TEST_CASE("fewer than five repetitions have no interval and no rank") {
    for (const unsigned repetitions : {1U, 4U, 5U}) {
        std::vector<row> rows;
        for (unsigned i = 0; i != repetitions; ++i) {
            rows.push_back(measured("slow", 2, i, 100 + i));
            rows.push_back(measured("fast", 2, i, 200 + i));
        }
        const std::vector runs{a_run("1", rows)};
        const auto tables = make_tables(runs).at("m");
        const line& fast = tables[0].by_count.at(2).front();
        INFO(repetitions);
        CHECK(fast.strategy == "fast");
        CHECK(fast.has_interval() == (repetitions == 5));
        CHECK(fast.rank == (repetitions == 5 ? 1 : 0));
        CHECK(fast.stands == (repetitions == 5 ? standing::ranked : standing::few));
    }
}

TEST_CASE("a model of an interpreter's lock is measured and not ranked among locks") {
    std::vector<row> rows;
    for (unsigned i = 0; i != 5; ++i) {
        rows.push_back(measured("lock", 2, i, 100 + i));
        rows.push_back(measured("model", 2, i, 200 + i));
        rows.back().family = "interpreter";
    }
    const std::vector runs{a_run("1", rows)};
    const auto tables = make_tables(runs).at("m");
    CHECK(line_of(tables[0], 2, "lock").rank == 1);
    CHECK(line_of(tables[0], 2, "model").rank == 0);
}

TEST_CASE("a wrong count is never ranked however fast") {
    std::vector<row> rows;
    for (unsigned i = 0; i != 5; ++i) {
        rows.push_back(measured("right", 2, i, 100));
        // One window of five is enough.
        rows.push_back(measured("wrong", 2, i, 900, i == 1 ? 9 : 0));
        rows.push_back(measured("counted_twice", 2, i, 900, i == 1 ? -9 : 0));
        rows.push_back(measured("wrong", 1, i, 900));
        rows.push_back(measured("empty", 2, i, 950, 0, false));
    }
    const std::vector runs{a_run("1", rows)};
    const auto tables = make_tables(runs).at("m");
    CHECK(line_of(tables[0], 2, "right").rank == 1);
    CHECK(line_of(tables[0], 2, "wrong").rank == 0);
    CHECK(line_of(tables[0], 2, "wrong").stands == standing::wrong);
    CHECK(line_of(tables[0], 2, "wrong").lost == 9);
    CHECK(line_of(tables[0], 2, "wrong").made == 450);
    CHECK(line_of(tables[0], 2, "counted_twice").stands == standing::wrong);
    CHECK(line_of(tables[0], 2, "empty").stands == standing::unchecked);
    // It counted right with one thread, but nobody should choose it.
    CHECK(line_of(tables[0], 1, "wrong").stands == standing::control);
    CHECK(line_of(tables[0], 1, "wrong").rank == 0);
    CHECK(tables[0].by_count.at(2).front().strategy == "right");
}

TEST_CASE("a control is not ranked even where nothing was lost") {
    row it = measured("racy", 1, 0, 100);
    it.control = true;
    const std::vector runs{a_run("1", {it})};
    CHECK(make_tables(runs).at("m")[0].by_count.at(1)[0].stands == standing::control);
}

TEST_CASE("a row without a figure is shown as failed") {
    row it = measured("hangs", 2, 0, 1);
    it.figures.clear();
    it.error = "timed out";
    const std::vector runs{a_run("1", {it, measured("right", 2, 0, 5)})};
    const auto tables = make_tables(runs).at("m");
    CHECK(line_of(tables[0], 2, "hangs").stands == standing::failed);
    CHECK(line_of(tables[0], 2, "hangs").error == "timed out");
}

TEST_CASE("what a strategy says of its figures comes with its line") {
    row first = measured("noted", 2, 0, 100);
    row second = measured("noted", 2, 1, 100);
    first.note = second.note = "a system call each time";
    const std::vector runs{a_run("1", {first, second, measured("plain", 2, 0, 90)})};
    const auto tables = make_tables(runs).at("m");
    CHECK(line_of(tables[0], 2, "noted").note == "a system call each time");
    CHECK(line_of(tables[0], 2, "plain").note.empty());
}

TEST_CASE("disturbed repetitions are counted") {
    row it = measured("a", 2, 0, 5);
    it.figures.emplace_back("dirty", 1);
    const std::vector runs{a_run("1", {it, measured("a", 2, 1, 5)})};
    CHECK(make_tables(runs).at("m")[0].by_count.at(2)[0].dirty == 1);
}

TEST_CASE("the newest run is shown and runs are not mixed") {
    const std::vector runs{a_run("1", {measured("a", 2, 0, 5), measured("b", 2, 0, 6)}),
                           a_run("2", {measured("a", 2, 0, 7), measured("b", 2, 0, 8)})};
    const auto tables = make_tables(runs).at("m");
    REQUIRE(tables.size() == 1);
    CHECK(tables[0].source->name == "2");
    CHECK(line_of(tables[0], 2, "a").throughput == std::vector{7.0});
}

TEST_CASE("a run that was stopped or measured a part does not replace a whole one") {
    const run whole = a_run("1", {measured("a", 2, 0, 5), measured("b", 2, 0, 6)});
    const run stopped = a_run("2", {measured("a", 2, 0, 7), measured("b", 2, 0, 8)}, false);
    const run part = a_run("3", {measured("a", 2, 0, 7)});
    const std::vector runs{whole, stopped, part};
    CHECK(make_tables(runs).at("m")[0].source->name == "1");
    // But it is better than nothing, and a whole one replaces it.
    const std::vector early{stopped};
    CHECK(make_tables(early).at("m")[0].source->name == "2");
    const std::vector later{stopped, a_run("4", whole.rows)};
    CHECK(make_tables(later).at("m")[0].source->name == "4");
}

TEST_CASE("each workload and each of its parameters has a table of its own") {
    row sections = measured("a", 2, 0, 5);
    sections.parts.workload = "sections";
    sections.parts.parameters = "cs:0ns/ncs:0ns";
    row longer = sections;
    longer.parts.parameters = "cs:100ns/ncs:0ns";
    const std::vector runs{a_run("1", {measured("a", 2, 0, 5), longer, sections})};
    const auto tables = make_tables(runs).at("m");
    REQUIRE(tables.size() == 3);
    CHECK(tables[0].workload == "counter");
    CHECK(tables[1].parameters == "cs:0ns/ncs:0ns");
    CHECK(tables[2].parameters == "cs:100ns/ncs:0ns");
}
