// SPDX-License-Identifier: MIT
#include "results/publish/run.hpp"

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"

using namespace tally::results;
using tally::kit::tests::read;
using tally::kit::tests::scratch;

namespace {

const std::filesystem::path data = TALLY_TEST_DATA;
const std::filesystem::path example = data / "runs/example-2cpu/20261123T221354Z-e4c32e9349";

// What read_run() says of a run whose bench.json is `bench`.
std::string complaint_of(const std::string& bench, const std::string& environment = "{}") {
    scratch at;
    at.write("m/r/bench.json", bench);
    at.write("m/r/environment.json", environment);
    try {
        read_run(at.path / "m/r");
    } catch (const bad_run& error) {
        std::string text = error.what();
        // Less the folder, which has another name each time.
        return text.substr(text.find("m/r/") + 4);
    }
    return "no complaint";
}

const std::string whole_row =
    R"({"name":"counter/ttas/spin/threads:2","run_type":"iteration","repetition_index":3,)"
    R"("family":"spin","scope":"thread","control":false,"increments_per_second":5e6,"lost":0})";

}  // namespace

TEST_CASE("a run is read with its rows and their counters") {
    const run it = read_run(example);
    CHECK(it.machine == "example-2cpu");
    CHECK(it.name == "20261123T221354Z-e4c32e9349");
    CHECK(it.complete);
    REQUIRE(it.rows.size() == 138);
    CHECK(it.rows[0].find("real_time") == nullptr);
    CHECK(it.rows[0].find("no such counter") == nullptr);
    CHECK(it.rows[0].find("increments_per_second") != nullptr);
}

TEST_CASE("sections of a run whose calibration timed an empty loop are left out") {
    const std::string section_row =
        R"({"name":"sections/ttas/spin/cs:100ns/ncs:1us/threads:2","run_type":"iteration",)"
        R"("family":"spin","scope":"thread","increments_per_second":5e6,"lost":0})";
    struct example {
        std::string environment;
        std::size_t rows;
    };
    for (const auto& [environment, rows] :
         std::vector<example>{{"{}", 1},
                              {R"({"calibration":{"work_step_ns":0.4}})", 1},
                              {R"({"calibration":{"work_step_ns":1.1,"work_is_kept":true}})", 3}}) {
        INFO(environment);
        scratch at;
        at.write("m/r/environment.json", environment);
        at.write("m/r/bench.json",
                 R"({"benchmarks":[)" + section_row + "," + whole_row + "," + section_row + "]}");
        const run it = read_run(at.path / "m/r");
        CHECK(it.rows.size() == rows);
        CHECK(it.miscalibrated == 3 - rows);
    }
}

TEST_CASE("a row keeps its repetition and says what it is") {
    scratch at;
    at.write("m/r/environment.json", "{}");
    at.write("m/r/bench.json",
             R"({"context":{"complete":false},"benchmarks":[)" + whole_row + "]}");
    const run it = read_run(at.path / "m/r");
    CHECK_FALSE(it.complete);
    REQUIRE(it.rows.size() == 1);
    CHECK(it.rows[0].repetition == 3);
    CHECK(it.rows[0].family == "spin");
    CHECK_FALSE(it.rows[0].control);
    CHECK(*it.rows[0].find("increments_per_second") == 5e6);
}

TEST_CASE("a run that was killed is read as far as its whole lines go") {
    scratch at;
    at.write("m/r/environment.json", "{}");
    at.write("m/r/bench.jsonl", whole_row + "\n" + whole_row + "\n");
    run it = read_run(at.path / "m/r");
    CHECK(it.rows.size() == 2);
    CHECK_FALSE(it.complete);
    CHECK_THAT(it.remark, ContainsSubstring("2 windows") && !ContainsSubstring("torn"));

    // Cut anywhere, and also where what is left could be read.
    for (const auto& torn : {whole_row.substr(0, 1), whole_row.substr(0, 60), whole_row}) {
        INFO(torn);
        at.write("m/r/bench.jsonl", whole_row + "\n" + torn);
        it = read_run(at.path / "m/r");
        CHECK(it.rows.size() == 1);
        CHECK_THAT(it.remark, ContainsSubstring("1 windows; the last line is torn"));
    }
    at.write("m/r/bench.jsonl", "{\"name\":\n" + whole_row + "\n");
    CHECK_THROWS_WITH(read_run(at.path / "m/r"),
                      ContainsSubstring("bench.jsonl:1: is not a row of a run"));
    // Made into its document already, and killed before the lines were removed: counted once.
    at.write("m/r/bench.json", R"({"benchmarks":[)" + whole_row + "]}");
    CHECK(read_run(at.path / "m/r").rows.size() == 1);
}

TEST_CASE("a run that was killed before its first window is no run and no fault") {
    for (const auto& begun : {std::string(), whole_row.substr(0, 60)}) {
        INFO("begun: " << begun);
        scratch at;
        std::filesystem::copy(data / "runs", at.path / "runs",
                              std::filesystem::copy_options::recursive);
        at.write("runs/m/20260103T000000Z-abc/environment.json", "{}");
        at.write("runs/m/20260103T000000Z-abc/bench.jsonl", begun);
        const runs_read found = read_runs(at.path / "runs");
        CHECK(found.runs.size() == 1);
        CHECK(found.bad.empty());
        REQUIRE(found.none.size() == 1);
        CHECK_THAT(found.none[0],
                   ContainsSubstring("bench.jsonl") && ContainsSubstring("it is empty"));
    }
}

TEST_CASE("rows of processes stand apart from rows of threads") {
    scratch at;
    std::string row = whole_row;
    row.replace(row.find("thread\","), 6, "process");
    at.write("m/r/environment.json", "{}");
    at.write("m/r/bench.json", R"({"benchmarks":[)" + row + "]}");
    CHECK(read_run(at.path / "m/r").rows[0].parts.parameters == "scope:process");
}

TEST_CASE("aggregates are not rows") {
    CHECK(complaint_of(R"({"benchmarks":[{"name":"a/b/c_mean","run_type":"aggregate","x":1}]})") ==
          "bench.json: holds no measured row");
}

TEST_CASE("a truncated file is named and called cut off") {
    const std::string whole = read(example / "bench.json");
    CHECK_THAT(complaint_of(whole.substr(0, whole.size() / 2)),
               ContainsSubstring("bench.json:") && ContainsSubstring("is cut off"));
    CHECK_THAT(complaint_of(whole.substr(0, whole.size() - 3)), ContainsSubstring("is cut off"));
    CHECK(complaint_of("") == "bench.json: is empty");
    CHECK(complaint_of(whole, " \n") == "environment.json: is empty");
}

TEST_CASE("broken JSON is named with its line") {
    CHECK(complaint_of("{\"benchmarks\": [\n{\"name\": NaN}\n]}") ==
          "bench.json:2: is not valid JSON here");
}

TEST_CASE("a number that is none is named and not left out in silence") {
    const auto with = [](const std::string& value) {
        std::string row = whole_row;
        row.replace(row.find("5e6"), 3, value);
        return complaint_of(R"({"benchmarks":[)" + row + "]}");
    };
    CHECK(with("1e999") == "bench.json: holds a number that is too large for a double");
    CHECK(with("NaN") == "bench.json:1: is not valid JSON here");
    const std::string row = "bench.json: row 'counter/ttas/spin/threads:2': ";
    CHECK(with("\"fast\"") == row + "increments_per_second needs a number, 0 or more");
    CHECK(with("-1") == row + "increments_per_second needs a number, 0 or more");
}

TEST_CASE("foreign JSON is named and told what it is not") {
    CHECK_THAT(complaint_of("[1, 2]"), ContainsSubstring("no array 'benchmarks'"));
    CHECK_THAT(complaint_of(R"({"results": []})"), ContainsSubstring("no array 'benchmarks'"));
    CHECK_THAT(complaint_of(R"({"benchmarks": [7]})"),
               ContainsSubstring("a row is not a JSON object"));
    CHECK_THAT(complaint_of(R"({"benchmarks": [{"name": "BM_memcpy/8", "bytes": 5}]})"),
               ContainsSubstring("'BM_memcpy/8' is not named"));
    CHECK_THAT(complaint_of(R"({"benchmarks": [{"name": "a/b/c", "real_time": 5}]})"),
               ContainsSubstring("carries no counter"));
    CHECK_THAT(complaint_of(R"({"benchmarks": [{"name": "a/b/c", "x": 5}]})", "3"),
               ContainsSubstring("environment.json: is not a JSON object"));
}

TEST_CASE("a run without its environment is not a run") {
    scratch at;
    at.write("m/r/bench.json", "{}");
    CHECK_THROWS_WITH(read_run(at.path / "m/r"),
                      ContainsSubstring("environment.json: cannot be opened"));
}

TEST_CASE("one bad run does not keep the others from being read") {
    scratch at;
    std::filesystem::copy(data / "runs", at.path / "runs",
                          std::filesystem::copy_options::recursive);
    at.write("runs/another/20260101T000000Z-abc/bench.json", "{");
    at.write("runs/another/20260101T000000Z-abc/environment.json", "{}");
    at.write("runs/a-file-that-is-no-folder", "");
    // A run of tally-interpreters is not this program's business.
    at.write("runs/another/20260102T000000Z-abc/interpreters.json", "{}");
    at.write("runs/another/20260102T000000Z-abc/environment.json", "{}");
    const runs_read found = read_runs(at.path / "runs");
    CHECK(found.runs.size() == 1);
    REQUIRE(found.bad.size() == 1);
    CHECK_THAT(found.bad[0], ContainsSubstring("another/20260101T000000Z-abc/bench.json"));
    CHECK(read_runs(at.path / "nowhere").runs.empty());
}
