// SPDX-License-Identifier: MIT
#include "runs/row.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "kit/catch2.hpp"

using namespace tally::runs;
using nlohmann::json;

namespace {

row of_a_strategy() {
    row it{.name = "counter/ttas/park/cs:100ns/threads:2"};
    it.parts = parse_row_name(it.name).value();
    it.scope = "process";
    it.family = "spin";
    it.note = "a word, \"of its own\"";
    it.exact = false;
    it.control = true;
    it.shared = false;
    it.workers = 2;
    it.repetition = 3;
    it.real_ns = 12.5;
    it.cpu_ns = 25;
    it.figures = {{"increments_per_second", 5e6}, {"lost", 3}};
    it.label = "wrong";
    it.ended = "settled";
    it.error = "3 of 9 were lost";
    return it;
}

void expect_same(const row& read, const row& written) {
    CHECK(read.name == written.name);
    CHECK(read.parts == written.parts);
    CHECK(read.scope == written.scope);
    CHECK(read.family == written.family);
    CHECK(read.note == written.note);
    CHECK(read.exact == written.exact);
    CHECK(read.control == written.control);
    CHECK(read.shared == written.shared);
    CHECK(read.workers == written.workers);
    CHECK(read.repetition == written.repetition);
    CHECK(read.real_ns == written.real_ns);
    CHECK(read.cpu_ns == written.cpu_ns);
    CHECK(read.figures == written.figures);
    CHECK(read.label == written.label);
    CHECK(read.ended == written.ended);
    CHECK(read.error == written.error);
}

// What is said of a row of `text`.
std::string complaint_of(const std::string& text) {
    try {
        read_row(json::parse(text));
    } catch (const bad_row& wrong) {
        return wrong.what();
    }
    return "no complaint";
}

}  // namespace

TEST_CASE("a row is read back as it was written") {
    const row whole = of_a_strategy();
    expect_same(read_row(json::parse(line_text(whole, 7))), whole);
    // Of an interpreter: no strategy of the catalogue, and a name without one.
    const row bare{.name = "b", .workers = 4, .real_ns = 12.5, .figures = {{"lost", 3}}};
    expect_same(read_row(json::parse(line_text(bare, 7))), bare);
    CHECK_FALSE(json::parse(line_text(bare, 7)).contains("strategy"));
}

TEST_CASE("a run is a row a line, in the shape of Google Benchmark's JSON") {
    const std::vector<row> rows{of_a_strategy(), of_a_strategy()};
    const std::string text = document_text(rows, {{"date", "today"}}, 7);
    CHECK_THAT(text, ContainsSubstring(",\n" + line_text(rows[1], 7) + "\n]\n}\n"));
    const json document = json::parse(text);
    CHECK(document["context"]["date"] == "today");
    CHECK(document["benchmarks"][0]["repetitions"] == 7);
    const auto back = read_rows(document);
    REQUIRE(back.size() == 2);
    expect_same(back[1], rows[1]);
    CHECK(read_rows(json::parse(document_text({}, json::object(), 7))).empty());
}

TEST_CASE("the JSON is valid and leaves out what is no number") {
    row r;
    r.name = "counter/\"x\"/spin/threads:1";
    r.error = "wrong \\ count\n";
    r.figures = {{"ratio", std::numeric_limits<double>::quiet_NaN()}, {"lost", 3}};
    const std::vector<row> rows{r, r};
    const auto parsed = json::parse(document_text(rows, {{"a", 1}}, 7));
    REQUIRE(parsed["benchmarks"].size() == 2);
    const auto& first = parsed["benchmarks"][0];
    CHECK(first["name"] == r.name);
    CHECK(first["error_occurred"] == true);
    CHECK(first["lost"] == 3);
    CHECK_FALSE(first.contains("ratio"));
    CHECK(json::parse(document_text({}, json::object(), 7))["benchmarks"].empty());
}

TEST_CASE("a row whose fields say another thing than its name is refused") {
    const std::string whole = line_text(of_a_strategy(), 7);
    CHECK(complaint_of(whole) == "no complaint");
    for (const auto& [field, is, becomes] : {std::tuple{"workload", "counter", "sections"},
                                             {"strategy", "ttas", "mcs"},
                                             {"waiting", "park", "spin"}}) {
        INFO(field);
        std::string text = whole;
        const std::string before = std::string("\"") + field + "\":\"" + is;
        text.replace(text.find(before), before.size(),
                     std::string("\"") + field + "\":\"" + becomes);
        CHECK(complaint_of(text) == "row 'counter/ttas/park/cs:100ns/threads:2': its " +
                                        std::string(field) + " is '" + becomes +
                                        "', which is not what its name says");
    }
}

TEST_CASE("what is no table of rows is told so") {
    CHECK_THROWS_WITH(read_rows(json::parse("{\"benchmarks\": [tru", nullptr, false)),
                      ContainsSubstring("no array 'benchmarks'"));
    CHECK_THROWS_WITH(read_rows(json::parse("[]")), ContainsSubstring("no array 'benchmarks'"));
    CHECK(complaint_of("7") == "is not a Google Benchmark report: a row is not a JSON object");
}
