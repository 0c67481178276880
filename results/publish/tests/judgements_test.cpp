// SPDX-License-Identifier: MIT
// The pages that are made of what other programs stored: detectors, crashes, interpreters.
#include <nlohmann/json.hpp>

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"
#include "results/publish/crash_page.hpp"
#include "results/publish/detectors_page.hpp"
#include "results/publish/gil/findings.hpp"
#include "results/publish/publication.hpp"

using namespace tally::results;
using tally::kit::tests::scratch;

namespace {

const std::string a_scoreboard = R"({
 "schema": "tally-detectors 1", "made_on": {"cpu": "A CPU", "kernel": "6.1", "libc": "2.36", "date": "today"},
 "effort": {"tries": 5, "budget_ms": 40, "patience_s": 3},
 "suspects": [
  {"kind": "weakened", "subject": "mcs", "file": "locks/queue/mcs.hpp", "place": "mcs.hpp:9",
   "operation": "store", "from": "release", "to": "relaxed", "breaks": "", "must": ["exhaustive"],
   "may": [], "why_missed": "", "broken": true, "reason": "",
   "by": {"stress": {"caught": false, "what": "", "tries": 5, "seconds": 2.5},
          "tsan-gcc": {"caught": false, "what": "a thread hung", "tries": 5, "seconds": 9},
          "exhaustive": {"caught": true, "what": "deadlock: no increment is lost, 2 x 1",
                         "tries": 7, "seconds": 0.0004}}},
  {"kind": "specimen", "subject": "load_then_store", "file": "claims/broken/load_then_store.hpp",
   "place": "", "operation": "", "from": "", "to": "", "breaks": "lost update", "must": ["stress"],
   "may": [], "why_missed": "", "broken": true, "reason": "",
   "by": {"stress": {"caught": true, "what": "a claim was refuted", "tries": 2, "seconds": 0.25},
          "exhaustive": {"caught": true, "what": "claim refuted: x", "tries": 4, "seconds": 0.002}}},
  {"kind": "correct", "subject": "fence_ticket", "file": "stress/broken/fence_ticket.hpp",
   "place": "", "operation": "", "from": "", "to": "", "breaks": "", "must": [], "may": ["tsan-gcc"],
   "why_missed": "Fences are not modelled.", "broken": false, "reason": "",
   "by": {"tsan-gcc": {"caught": true, "what": "data race", "tries": 1, "seconds": 0.5}}}]})";

const std::string a_matrix = R"({
 "schema": "tally-crash 1", "stride": 1, "random_kills": 0, "seed": 1, "patience_ms": 100,
 "locks": [{"lock": "some_lock", "waiting": "park", "claimed": "stuck",
            "left_behind": ["named semaphore /x"],
            "cells": [
  {"scenario": "killed: inside", "next": "waiter", "trials": 5, "acquired": 2, "owner_died": 0,
   "never": 3, "aborted": 0, "early": 0, "torn": 4, "repaired": 1,
   "latency_us": {"median": 17.0, "worst": 231.0, "samples": 2}},
  {"scenario": "exec in the holder", "next": "waiter", "trials": 1, "acquired": 0,
   "owner_died": 1, "never": 0, "aborted": 0, "early": 0, "torn": 0, "repaired": 0,
   "latency_us": null}]}]})";

const std::string a_table = R"({"context": {"interpreters": ["cpython-2.7.18"]}, "benchmarks": [
 {"name": "interpreter/counter/cpython-2.7.18/plain/threads:5/increments:10000", "run_type": "iteration",
  "real_time": 5.0, "lost": 10000, "expected": 50000, "may_lose": 1}]})";

// What reading `text` as a scoreboard, or as a matrix, complains of.
template <class Read>
std::string complaint_of(const std::string& text, Read read) {
    scratch at;
    try {
        read(at.write("stored.json", text).string());
    } catch (const std::runtime_error& wrong) {
        return wrong.what();
    }
    return "no complaint";
}

// A repository in which each kind of run was stored twice; of the older ones nothing can be made.
struct repository : scratch {
    repository() {
        for (const auto& [name, text] : {std::pair{"detectors.json", a_scoreboard},
                                         {"crash.json", a_matrix},
                                         {"interpreters.json", a_table}}) {
            const std::string kind(name, std::string(name).find('.'));
            write("results/runs/a/20260102T000000Z-" + kind + "/" + name, text);
            write("results/runs/b/20260101T000000Z-" + kind + "/" + name, "{");
        }
    }
    publication made(const std::filesystem::path& results, bool docs) const {
        return make_publication({.repository = path / ".",
                                 .results = path / results,
                                 .filled = {},
                                 .docs = docs ? path / "docs" : std::filesystem::path(),
                                 .draw = false},
                                {});
    }
};

}  // namespace

TEST_CASE("the page of the detectors is made of the scoreboard") {
    scratch at;
    const std::string page = detectors_page(
        tally::detectors::read_scoreboard(at.write("detectors.json", a_scoreboard).string()),
        "runs/x/detectors.json", "..");
    for (const char* text :
         {"| stress | 0 of 1 | 1 of 1 | 50 % | n/a | 250 ms |",
          "| TSan gcc | 0 of 1 | n/a | 0 % | 1 of 1 | n/a |",
          "| exhaustive | 1 of 1 | 1 of 1 | 100 % | n/a | 1.2 ms |",
          "| mcs, mcs.hpp:9 release -> relaxed | deadlock: no increment is lost, 2 x 1 | – | it "
          "hangs",
          "store | release → relaxed | – | – | n/a | n/a | n/a | 7 · 400 µs |",
          "| lost update | 2 · 250 ms | n/a | n/a | n/a | n/a | 4 · 2 ms |",
          "- [fence_ticket](../claims/broken/fence_ticket.hpp) by TSan gcc: data race. Fences",
          "from `runs/x/detectors.json`, made on A CPU, Linux 6.1, glibc 2.36, today."})
        CHECK_THAT(page, ContainsSubstring(text));
}

TEST_CASE("a stored weakened order is read as what it is, or refused") {
    scratch at;
    auto stored = nlohmann::json::parse(a_scoreboard);
    const auto read = [&] {
        return tally::detectors::read_scoreboard(at.write("s.json", stored.dump()).string());
    };
    const auto board = read();
    const auto& order = board.suspects.at(0).weakened;
    REQUIRE(order.has_value());
    CHECK(order->by.file == "mcs.hpp");
    CHECK(order->by.line == 9);
    CHECK(order->by.column == 0);  // as runs were stored once
    CHECK(order->text() == "mcs.hpp:9:relaxed");
    CHECK(order->from == std::memory_order_release);
    CHECK_FALSE(board.suspects.at(1).weakened.has_value());
    // What is written again says the same, and the column.
    tally::detectors::write_scoreboard((at.path / "again.json").string(), board);
    const auto again =
        nlohmann::json::parse(tally::kit::tests::read(at.path / "again.json")).at("suspects");
    for (const std::size_t i : {0U, 1U, 2U})
        for (const auto& [field, value] : stored["suspects"][i].items())
            if (field != "by") {
                INFO(field);
                CHECK(again[i][field] == value);
            }
    stored["suspects"][0]["column"] = 13;
    CHECK(read().suspects.at(0).weakened->by.column == 13);

    auto& suspect = stored["suspects"][0];
    suspect["to"] = "sequential";
    CHECK_THROWS_WITH(read(), ContainsSubstring("needs its FILE:LINE and two memory orders, got "
                                                "'mcs.hpp:9', 'release' and 'sequential'"));
    suspect["to"] = "relaxed";
    suspect["from"] = "";
    CHECK_THROWS_WITH(read(), ContainsSubstring("got 'mcs.hpp:9', '' and 'relaxed'"));
    suspect["from"] = "release";
    suspect["place"] = "mcs.hpp";
    CHECK_THROWS_WITH(read(), ContainsSubstring("got 'mcs.hpp', 'release' and 'relaxed'"));
    suspect["place"] = "";
    CHECK_THROWS_WITH(read(),
                      ContainsSubstring("of mcs the kind is 'weakened' and the place is ''"));
}

TEST_CASE("why a detector saw nothing is told by the kind of failure that was stored") {
    scratch at;
    auto stored = nlohmann::json::parse(a_scoreboard);
    auto& trial = stored["suspects"][0]["by"]["exhaustive"];
    const auto page = [&] {
        return detectors_page(
            tally::detectors::read_scoreboard(at.write("s.json", stored.dump()).string()), "x",
            "..");
    };
    // As runs were stored once: the kind is the word that it begins with, and nothing less.
    CHECK_THAT(page(), ContainsSubstring("| it hangs: nothing is accessed out of order |"));
    trial["what"] = "deadlocked: x";
    CHECK_THAT(page(), ContainsSubstring("that did not come up in the tries |"));
    trial["kind"] = "claim refuted";
    CHECK_THAT(page(), ContainsSubstring("| a wrong outcome of accesses that are all atomic |"));
    trial["kind"] = "use after free";
    CHECK_THAT(page(), ContainsSubstring("that this hardware does not show |"));
    trial["kind"] = nullptr;
    CHECK_THAT(page(), ContainsSubstring("that did not come up in the tries |"));
    trial["kind"] = "weariness";
    CHECK_THROWS_WITH(page(), ContainsSubstring("s.json is not a whole scoreboard of detectors: "
                                                "'weariness' is not a kind of failure"));

    // And as they are written now.
    trial["kind"] = "use after free";
    const auto board =
        tally::detectors::read_scoreboard(at.write("s.json", stored.dump()).string());
    write_scoreboard((at.path / "again.json").string(), board);
    CHECK(tally::detectors::read_scoreboard((at.path / "again.json").string())
              .suspects[0]
              .by.at("exhaustive")
              .kind == tally::model::failure_kind::use_after_free);
}

TEST_CASE("the page of a crash matrix is made of its cells") {
    scratch at;
    const std::string page = crash_page(
        tally::process_stress::read_crash_matrix(at.write("crash.json", a_matrix).string()), "x");
    for (const char* text :
         {"| `some_lock/park` | 2 enters, 3 **for ever** | 17 (231) | n/a | told when the heir "
          "ends |",
          "| 4, of these repaired 1 | a named semaphore |", "6 trials on 1 locks"})
        CHECK_THAT(page, ContainsSubstring(text));
}

TEST_CASE("what is no stored judgement is named and told what it is not") {
    for (const char* text : {"{", "{\"schema\": \"other\"}", "{\"schema\": 7}", "[]"}) {
        INFO(text);
        CHECK_THAT(complaint_of(text, tally::detectors::read_scoreboard),
                   ContainsSubstring("stored.json is not a scoreboard of detectors"));
        CHECK_THAT(complaint_of(text, tally::process_stress::read_crash_matrix),
                   ContainsSubstring("stored.json is not a crash matrix"));
    }
    CHECK_THAT(
        complaint_of(R"({"schema": "tally-detectors 1"})", tally::detectors::read_scoreboard),
        ContainsSubstring("not a whole scoreboard of detectors"));
    CHECK_THAT(
        complaint_of(R"({"schema": "tally-crash 1"})", tally::process_stress::read_crash_matrix),
        ContainsSubstring("not a whole crash matrix"));
    const auto read_table = [](const std::string& file) { gil::findings{file}; };
    CHECK_THAT(complaint_of("{", read_table), ContainsSubstring("no array 'benchmarks'"));
    CHECK_THAT(complaint_of(R"({"benchmarks": []})", read_table),
               ContainsSubstring("is not a table of tally-interpreters"));
}

TEST_CASE("the speed-up of a run is the median of its pairs, by placement") {
    scratch at;
    std::vector<row> rows;
    for (const double speed_up : {0.9, 0.4, 0.5})
        rows.push_back({.name = "interpreter/cpu/x/threads:2/cpus:apart",
                        .workers = 2,
                        .real_ns = 1,
                        .figures = {{"speed_up", speed_up}}});
    rows.push_back({.name = "interpreter/cpu/x/threads:2",
                    .workers = 2,
                    .real_ns = 1,
                    .figures = {{"speed_up", 1.1}}});
    rows.push_back({.name = "interpreter/cpu/x/threads:2", .workers = 2, .error = "failed"});
    const gil::findings run(at.write("interpreters.json",
                                     tally::runs::document_text(rows, {{"interpreters", {"x"}}}, 3))
                                .string());
    CHECK(run.scaling("interpreter/cpu/x", 2, "apart") == 0.5);
    CHECK(run.scaling("interpreter/cpu/x", 2) == 1.1);
    CHECK_FALSE(run.scaling("interpreter/cpu/x", 2, "together"));
}

TEST_CASE("each page is made of the newest stored run of its kind") {
    const repository at;
    const publication made = at.made("results", true);
    CHECK(made.complaints.empty());
    REQUIRE(made.files.size() == 3);
    CHECK_THAT(made.files.at(at.path / "results/detectors.md"),
               ContainsSubstring("from `runs/a/20260102T000000Z-detectors/detectors.json`") &&
                   ContainsSubstring("](../locks/queue/mcs.hpp)"));
    CHECK_THAT(made.files.at(at.path / "results/crash.md"),
               ContainsSubstring("from `runs/a/20260102T000000Z-crash/crash.json`"));
    CHECK_THAT(made.files.at(at.path / "docs/gil.md"),
               ContainsSubstring("in `results/runs/a/20260102T000000Z-interpreters`, and") &&
                   ContainsSubstring("lost in 1 of 1, up to 20 %"));
}

TEST_CASE("a page of results that are kept elsewhere links to the sources from there") {
    repository at;
    at.write("results/quick/runs/a/1/detectors.json", a_scoreboard);
    const publication made = at.made("results/quick", false);
    REQUIRE(made.files.size() == 1);
    CHECK_THAT(made.files.at(at.path / "results/quick/detectors.md"),
               ContainsSubstring("](../../locks/queue/mcs.hpp)"));
}

TEST_CASE("a stored judgement that cannot be read is named and the others are published") {
    repository at;
    at.write("results/runs/a/20260103T000000Z-abc/crash.json", "{");
    const publication made = at.made("results", true);
    CHECK(made.files.size() == 2);
    REQUIRE(made.complaints.size() == 1);
    CHECK_THAT(made.complaints[0],
               ContainsSubstring("20260103T000000Z-abc/crash.json is not a crash matrix"));
}
