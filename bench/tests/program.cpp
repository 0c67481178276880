// SPDX-License-Identifier: MIT
// tally-bench as its user meets it: what it prints, what it writes, how it ends.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "kit/catch2.hpp"
#include "kit/child.hpp"
#include "kit/tests/scratch.hpp"

using tally::kit::child_options;
using tally::kit::child_result;
using tally::kit::tests::scratch;
using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::steady_clock;

namespace {

child_result bench(std::vector<std::string> arguments, child_options how = {}) {
    arguments.insert(arguments.begin(), TALLY_BENCH);
    how.errors_apart = true;
    return tally::kit::run_child(arguments, how);
}

// Any program, with its errors apart.
child_result run(const std::vector<std::string>& command) {
    return tally::kit::run_child(command, {.errors_apart = true});
}

child_result liars(std::vector<std::string> arguments, child_options how = {}) {
    arguments.insert(arguments.begin(), BENCH_LIARS);
    how.errors_apart = true;
    return tally::kit::run_child(arguments, how);
}

std::vector<std::string> quickly(std::vector<std::string> more) {
    more.insert(more.end(),
                {"--window=2ms", "--warmup=1ms", "--repetitions=3", "--repeats-when-dirty=0"});
    return more;
}

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::vector<std::filesystem::path> files_named(const std::filesystem::path& folder,
                                               const std::string& name) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().filename() == name) found.push_back(entry.path());
    return found;
}

}  // namespace

TEST_CASE("bad input is one clear line and exit 2 and nothing is measured") {
    struct example {
        std::string argument;
        std::string said;
    };
    const std::vector<example> examples{
        {"--strategy=tickett", "did you mean ticket"},
        {"--lock=tiket", "did you mean ticket"},
        {"--workload=count", "did you mean counter"},
        {"--waiting=spn", "did you mean spin"},
        {"--thread=2", "did you mean --threads"},
        {"--benchmark_filtr=x", "did you mean --benchmark_filter"},
        {"--threads=0", "--threads needs a whole number from 1 to 1024, got '0'"},
        {"--threads=-1", "needs a whole number from 1 to 1024, got '-1'"},
        {"--threads=100000", "a whole number from 1 to 1024, got '100000'"},
        {"--threads=99999999999999999999", "needs a whole number"},
        {"--threads=1,,2", "an empty name in '1,,2'"},
        {"--threads=two", "needs a whole number from 1 to 1024, got 'two'"},
        {"--threads=", "--threads=: no value follows"},
        {"--benchmark_time_unit=parsec", "use ns, us, ms or s"},
        {"--repetitions=0", "needs a whole number from 1 to 1000, got '0'"},
        {"--benchmark_repetitions=x", "needs a whole number from 1 to 1000, got 'x'"},
        {"--window=5", "--window needs a length of time, as 500ms, 10s or 2m, got '5'"},
        {"--window=0ms", "--window needs a time from 1ms to 60s, got '0ms'"},
        {"--budget=1ms", "--budget needs a time from 1s to "},
        {"--settle=5", "'5' is not a width: write 5%, or off"},
        {"--benchmark_filter=tickett", "nearest names: ticket"},
        {"--benchmark_filter=(", "is not a regular expression"},
        {"--benchmark_format=xml", "needs one of console, json, csv, got 'xml'"},
        {"--out=/nowhere/at/all.json", "cannot write /nowhere/at/all.json"},
        {"--store=/proc/nothing", "cannot make the folder /proc/nothing"},
        {"--machine=../x", "must be letters"},
        {"--patience=0s", "--patience needs a time from 100ms to "},
        {"ticket", "--strategy=ticket"},
    };
    for (const auto& [argument, said] : examples) {
        INFO(argument);
        const auto result = bench({argument});
        CHECK(result.status() == 2);
        CHECK(result.output.empty());
        CHECK(lines(result.errors) == 1);
        CHECK_THAT(result.errors, ContainsSubstring(said));
    }
}

TEST_CASE("an empty value is bad input and never no value") {
    // As a shell makes them of a variable that is not set.
    for (const auto* flag : {"--store", "--out", "--machine", "--strategy", "--waiting", "--budget",
                             "--workload", "--threads", "--benchmark_filter", "--patience"}) {
        INFO(flag);
        const auto result = bench({flag, "", "--list"});
        CHECK(result.status() == 2);
        CHECK(result.output.empty());
        CHECK(lines(result.errors) == 1);
        CHECK_THAT(result.errors, ContainsSubstring(flag) && ContainsSubstring("value is empty"));
    }
}

TEST_CASE("a flag of Google Benchmark in the environment is refused and not obeyed") {
    for (const auto* setting :
         {"BENCHMARK_DRY_RUN=true", "BENCHMARK_LIST_TESTS=true", "BENCHMARK_FILTER=nothing"}) {
        const auto result =
            run({"/usr/bin/env", setting, TALLY_BENCH, "--strategy=ttas", "--threads=1",
                 "--workload=counter", "--window=2ms", "--repetitions=1"});
        INFO(setting);
        CHECK(result.status() == 2);
        CHECK_THAT(result.errors, ContainsSubstring("is set in the environment"));
        CHECK(result.output.empty());
    }
}

TEST_CASE("a combination without rows says so") {
    const auto result = bench({"--workload=sections", "--strategy=fetch_add"});
    CHECK(result.status() == 2);
    CHECK_THAT(result.errors, ContainsSubstring("no row"));
}

TEST_CASE("the rows are named by strategy and waiting and threads") {
    const auto result = bench({"--list", "--threads=1,3", "--strategy=ticket,std_mutex,fetch_add"});
    CHECK(result.status() == 0);
    for (const auto* name :
         {"counter/ticket/spin/threads:1\n", "counter/ticket/park/threads:3\n",
          "counter/std_mutex/itself/threads:1\n", "counter/fetch_add/none/threads:3\n",
          "sections/ticket/yield/cs:0ns/ncs:0ns/threads:1\n",
          "sections/ticket/spin/cs:100ns/ncs:1us/threads:3\n"})
        CHECK_THAT(result.output, ContainsSubstring(name));
    CHECK(result.output == bench({"--benchmark_list_tests", "--threads=1,3",
                                  "--strategy=ticket,std_mutex,fetch_add"})
                               .output);
}

TEST_CASE("a quick run measures one kind of waiting at each thread count and all that are named") {
    const auto rows = [](std::vector<std::string> more) {
        more.insert(more.end(), {"--list", "--workload=counter", "--quick", "--threads=1,1000"});
        return bench(more).output;
    };
    const auto all = rows({});
    CHECK_THAT(all, ContainsSubstring("counter/ttas/spin/threads:1\n"));
    CHECK_THAT(all, ContainsSubstring("counter/ttas/park/threads:1000\n"));
    CHECK_THAT(all, ContainsSubstring("counter/std_mutex/itself/threads:1\n"));
    CHECK_THAT(all, ContainsSubstring("counter/std_mutex/itself/threads:1000\n"));
    CHECK_THAT(all, !ContainsSubstring("counter/ttas/spin/threads:1000\n"));
    CHECK_THAT(all, !ContainsSubstring("counter/ttas/park/threads:1\n"));
    CHECK_THAT(all, !ContainsSubstring("counter/ttas/yield/"));
    CHECK(lines(rows({"--strategy=ttas"})) == 6);
    CHECK_THAT(rows({"--waiting=yield"}), ContainsSubstring("counter/ttas/yield/threads:1\n"));
}

TEST_CASE(
    "rows with the counter apart from its lock are at one thread count and not in a quick run") {
    const auto named = [](const std::string& text) {
        std::size_t seen = 0;
        for (auto at = text.find("/data:apart/"); at != std::string::npos;
             at = text.find("/data:apart/", at + 1))
            ++seen;
        return seen;
    };
    const std::vector<std::string> which{"--list", "--workload=counter", "--waiting=spin,none",
                                         "--strategy=ticket,ttas,fetch_add"};
    const auto with = [&](const std::vector<std::string>& more) {
        auto arguments = which;
        arguments.insert(arguments.end(), more.begin(), more.end());
        return bench(arguments).output;
    };
    CHECK(named(with({})) == 2);
    CHECK(named(with({"--quick"})) == 0);
    CHECK(named(with({"--threads=1,2"})) == 0);
    CHECK(named(with({"--threads=1,2", "--apart"})) == 4);
    CHECK_THAT(with({"--threads=2", "--apart"}),
               ContainsSubstring("counter/ticket/spin/data:apart/threads:2\n"));
    CHECK_THAT(with({"--threads=2", "--apart"}),
               ContainsSubstring("counter/ticket/spin/threads:2\n"));
}

TEST_CASE("a row carries every figure and the file is Google Benchmark's JSON") {
    scratch folder;
    const auto file = (folder.path / "run.json").string();
    const auto result =
        bench(quickly({"--out=" + file, "--threads=2", "--strategy=ticket", "--waiting=park",
                       "--workload=counter", "--benchmark_context=who=test"}));
    REQUIRE(result.status() == 0);
    const auto run = json::parse(content(file));
    CHECK(run["context"]["complete"] == true);
    CHECK(run["context"]["who"] == "test");
    REQUIRE(run["benchmarks"].size() == 3);
    std::set<int> repetitions;
    for (const auto& row : run["benchmarks"]) {
        CHECK(row["name"] == "counter/ticket/park/threads:2");
        CHECK(row["run_type"] == "iteration");
        CHECK(row["repetitions"] == 3);
        repetitions.insert(row["repetition_index"].get<int>());
        for (const auto* name :
             {"increments_per_second", "overlap", "foreign_load", "lost", "threads_per_cpu"})
            CHECK(row[name].is_number());
        CHECK(row["lost"] == 0);
        // A short window on a busy machine may pass with hardly an increment.
        if (row["increments_per_second"] == 0 || row["wait_samples"] == 0) continue;
        for (const auto* name : {"ns_per_increment", "cpu_ns_per_increment", "wait_p50_ns",
                                 "wait_p99_ns", "wait_p999_ns", "wait_max_ns", "fairness_jain",
                                 "busiest_half_share", "handover_rate", "switches_per_increment"})
            CHECK(row[name].is_number());
    }
    CHECK(repetitions == std::set<int>{0, 1, 2});
    CHECK(content(file).find("NaN") == std::string::npos);
    CHECK(content(file).find("null") == std::string::npos);
    // Standard error is no terminal here: no bar on it.
    CHECK(result.errors.find('\r') == std::string::npos);
}

TEST_CASE("what a lock's own file says of its figures stands in its rows and below the table") {
    const auto shown = bench(quickly({"--strategy=std_binary_semaphore,ttas", "--threads=1,2",
                                      "--waiting=itself,spin", "--workload=counter"}));
    INFO(shown.output);
    CHECK(shown.status() == 0);
    const auto note = shown.output.find("\nstd_binary_semaphore: ");
    REQUIRE(note != std::string::npos);
    CHECK(shown.output.find("\nstd_binary_semaphore: ", note + 1) == std::string::npos);
    CHECK(shown.output.find("one futex wake an increment", note) != std::string::npos);
    CHECK(shown.output.find("\nttas: ") == std::string::npos);

    const auto written = bench(quickly(
        {"--strategy=std_binary_semaphore,ttas", "--threads=1", "--benchmark_format=json"}));
    const auto run = json::parse(written.output);
    for (const auto& row : run["benchmarks"]) {
        INFO(row.dump());
        CHECK(row.contains("note") == (row["strategy"] == "std_binary_semaphore"));
    }
}

TEST_CASE("rows are printed in the order of the list and the duration before they are measured") {
    const std::vector<std::string> rows{"--strategy=ttas,ticket,std_mutex", "--threads=1,2",
                                        "--workload=counter"};
    auto list = rows;
    list.push_back("--list");
    const auto result = bench(quickly(rows));
    std::istringstream listed(bench(list).output);
    std::size_t at = 0;
    int count = 0;
    for (std::string name; std::getline(listed, name); ++count) {
        INFO(name);
        const auto found = result.output.find("\n" + name + " ", at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
    CHECK(count > 2);
    CHECK_THAT(result.errors, ContainsSubstring("tally-bench: " + std::to_string(count) +
                                                " rows, 3 windows each: about 0:0"));
}

TEST_CASE("standard output can be the JSON or the CSV and nothing else") {
    const auto arguments = quickly({"--threads=1", "--strategy=std_mutex", "--workload=counter"});
    auto as_json = arguments;
    as_json.push_back("--benchmark_format=json");
    CHECK(json::parse(bench(as_json).output)["benchmarks"].size() == 3);
    auto as_csv = arguments;
    as_csv.push_back("--benchmark_format=csv");
    CHECK(lines(bench(as_csv).output) == 4);
}

TEST_CASE("a stored run has a folder of its own with its environment") {
    scratch folder;
    const auto arguments =
        quickly({"--store=" + folder.path.string(), "--machine=here", "--threads=1",
                 "--strategy=ttas", "--waiting=spin", "--workload=counter"});
    REQUIRE(bench(arguments).status() == 0);
    REQUIRE(bench(arguments).status() == 0);
    const auto runs = files_named(folder.path / "here", "bench.json");
    REQUIRE(runs.size() == 2);
    for (const auto& run : runs) {
        CHECK(json::parse(content(run))["benchmarks"].size() == 3);
        const auto environment = json::parse(content(run.parent_path() / "environment.json"));
        for (const auto* part : {"cpu", "system", "build", "run", "calibration"})
            CHECK(environment.contains(part));
        CHECK(environment["cpu"]["topology"]["hardware_threads"].get<int>() >= 1);
        CHECK(environment["calibration"]["sample_cost_ns"].get<double>() > 0);
        CHECK(environment["build"]["left_out"].is_array());
        CHECK_FALSE(environment["build"]["revision"].get<std::string>().empty());
    }
}

TEST_CASE("a wrong count fails the run and names the row and its figures are kept") {
    scratch folder;
    const auto file = (folder.path / "run.json").string();
    const auto result =
        liars(quickly({"--out=" + file, "--strategy=forgetful,ttas", "--waiting=none,spin",
                       "--threads=1", "--workload=counter"}));
    CHECK(result.status() == 1);
    CHECK_THAT(result.errors, ContainsSubstring("counter/forgetful/none/threads:1: wrong count"));
    CHECK(result.errors.find("counter/ttas/spin/threads:1:") == std::string::npos);
    const auto run = json::parse(content(file));
    CHECK(run["benchmarks"].size() == 6);
    for (const auto& row : run["benchmarks"]) {
        const bool liar = row["strategy"] == "forgetful";
        CHECK(row.contains("error_occurred") == liar);
        CHECK((row["lost"].get<double>() > 0) == liar);
    }
}

TEST_CASE("a strategy that hangs ends the run and what was measured is kept") {
    scratch folder;
    const auto file = (folder.path / "run.json").string();
    const auto result = liars(quickly({"--out=" + file, "--strategy=stuck", "--threads=2",
                                       "--workload=counter", "--patience=200ms"}));
    CHECK(result.status() == 1);
    CHECK_THAT(result.errors, ContainsSubstring("counter/stuck/itself/threads:2: hangs"));
    const auto run = json::parse(content(file));
    CHECK(run["context"]["complete"] == false);
    CHECK(run["benchmarks"][0]["error_occurred"] == true);
}

TEST_CASE("a lock that ends the program with success is a failure that names its row") {
    const auto result = liars(quickly({"--strategy=leaver", "--threads=1", "--workload=counter"}));
    CHECK(result.status() == 1);
    CHECK_THAT(result.errors, ContainsSubstring("exit(0) in the middle of "
                                                "counter/leaver/itself/threads:1: no verdict"));
}

TEST_CASE("an interrupted run keeps every finished row and says so") {
    for (const int signal : {SIGINT, SIGTERM}) {
        scratch folder;
        std::optional<steady_clock::time_point> written;
        const auto under_way = [&] {
            if (!written && !files_named(folder.path, "bench.jsonl").empty())
                written = steady_clock::now();
            return written && steady_clock::now() - *written > 500ms;
        };
        // Far longer than the test would wait.
        const auto result = bench(
            {"--store=" + folder.path.string(), "--machine=here", "--window=10ms", "--warmup=1ms",
             "--strategy=ttas", "--waiting=spin", "--threads=1", "--workload=counter",
             "--repetitions=1000", "--settle=off", "--repeats-when-dirty=0"},
            {.signal = signal, .signal_when = under_way});
        CHECK(result.status() == 128 + signal);
        CHECK_THAT(result.errors, ContainsSubstring("interrupted by signal"));
        CHECK_THAT(result.errors, ContainsSubstring("kept in"));
        const auto runs = files_named(folder.path, "bench.json");
        REQUIRE(runs.size() == 1);
        CHECK(files_named(folder.path, "bench.jsonl").empty());
        const auto run = json::parse(content(runs[0]));
        CHECK(run["context"]["complete"] == false);
        CHECK(run["benchmarks"].size() > 0);
        CHECK_THAT(result.errors,
                   ContainsSubstring(": " + std::to_string(run["benchmarks"].size()) +
                                     " of 1000 windows measured"));
        for (const auto& row : run["benchmarks"])
            CHECK(row["increments_per_second"].is_number());
    }
}

TEST_CASE("a killed run has every window that it said was done and none of them twice") {
    std::minstd_rand random(std::random_device{}());
    for (int attempt = 0; attempt != 5; ++attempt) {
        const auto after = std::chrono::milliseconds(random() % 700);
        INFO("killed " << after.count() << " ms after the first window");
        scratch folder;
        std::optional<steady_clock::time_point> written;
        // The bar tells how many windows are done, and only then is the next one begun.
        const auto result =
            bench({"--store=" + folder.path.string(), "--machine=here", "--window=4ms",
                   "--warmup=1ms", "--strategy=ttas,std_mutex", "--threads=1", "--workload=counter",
                   "--repetitions=1000", "--settle=off", "--repeats-when-dirty=0"},
                  {.on_terminal = true, .signal = SIGKILL, .signal_when = [&] {
                       for (const auto& file : files_named(folder.path, "bench.jsonl"))
                           if (!written && std::filesystem::file_size(file) != 0)
                               written = steady_clock::now();
                       return written && steady_clock::now() - *written > after;
                   }});
        CHECK(result.status() == 128 + SIGKILL);
        const auto files = files_named(folder.path, "bench.jsonl");
        REQUIRE(files.size() == 1);
        CHECK(files_named(folder.path, "environment.json").size() == 1);
        const auto text = content(files[0]);
        std::istringstream whole(text.substr(0, text.rfind('\n') + 1));
        std::set<std::pair<std::string, int>> windows;
        std::size_t count = 0;
        for (std::string line; std::getline(whole, line); ++count) {
            const auto row = json::parse(line);
            windows.emplace(row["name"], row["repetition_index"].get<int>());
            CHECK(row["lost"] == 0);
        }
        CHECK(windows.size() == count);
        std::size_t said = 0;
        const std::regex told("([0-9]+) of [0-9]+ windows");
        for (auto at = std::sregex_iterator(result.errors.begin(), result.errors.end(), told);
             at != std::sregex_iterator(); ++at)
            said = std::stoul((*at)[1]);
        CHECK(said > 0);
        CHECK(count >= said);
    }
}

TEST_CASE("Ctrl-C in a window of processes is an interruption and no error of the lock") {
    scratch folder;
    const auto file = folder.path / "run.json";
    std::optional<steady_clock::time_point> began;
    const auto result = bench({"--out=" + file.string(), "--strategy=flock,shared_futex",
                               "--workload=counter", "--threads=2", "--window=30s"},
                              {.own_group = true, .signal = SIGINT, .signal_when = [&] {
                                   if (!began) began = steady_clock::now();
                                   return steady_clock::now() - *began > 1s;
                               }});
    CHECK(result.status() == 130);
    CHECK_THAT(result.errors, ContainsSubstring("0 of "));
    CHECK(result.errors.find("cannot start") == std::string::npos);
    if (std::filesystem::exists(file)) CHECK(json::parse(content(file))["benchmarks"].empty());
}

TEST_CASE("processes that cannot share memory are an error of their rows and others are kept") {
    const auto result =
        run({"/usr/bin/env", "TALLY_SHARED_FOLDER=/proc/none", TALLY_BENCH, "--strategy=flock,ttas",
             "--waiting=itself,spin", "--threads=1", "--workload=counter",
             "--benchmark_format=json", "--window=2ms", "--repetitions=1"});
    CHECK(result.status() == 1);
    CHECK_THAT(result.errors,
               ContainsSubstring("flock") && ContainsSubstring("cannot make the lock"));
    CHECK(json::parse(result.output)["benchmarks"].size() == 2);
}

TEST_CASE("a run that is interrupted before its first row leaves no folder") {
    scratch folder;
    const auto result = bench({"--store=" + folder.path.string(), "--machine=here", "--window=60s",
                               "--threads=1", "--strategy=ttas", "--waiting=spin"},
                              {.signal = SIGINT, .signal_when = [&] {
                                   return !files_named(folder.path, "environment.json").empty();
                               }});
    CHECK(result.status() == 130);
    CHECK(std::filesystem::is_empty(folder.path / "here"));
}

TEST_CASE("a full disk is said and leaves an earlier file as it was") {
    scratch folder;
    const auto file = (folder.path / "run.json").string();
    const auto arguments = quickly({"--out=" + file, "--threads=1", "--strategy=ttas",
                                    "--waiting=spin", "--workload=counter"});
    REQUIRE(bench(arguments).status() == 0);
    const auto earlier = content(file);
    const auto result = bench(arguments, {.file_limit = 2048});
    CHECK(result.status() == 1);
    CHECK_THAT(result.errors, ContainsSubstring("cannot write " + file));
    CHECK(content(file) == earlier);
    CHECK(files_named(folder.path, "run.json").size() == 1);
    // What could be written of the new one stands beside it, in whole lines.
    const auto beside = content(file + ".jsonl");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 2);
    REQUIRE(lines(beside) > 0);
    CHECK(beside.ends_with('\n'));
    CHECK_THAT(result.errors, ContainsSubstring("the first " + std::to_string(lines(beside)) +
                                                " are in " + file + ".jsonl"));
    std::istringstream rows(beside);
    for (std::string line; std::getline(rows, line);)
        CHECK(json::parse(line)["name"] == "counter/ttas/spin/threads:1");
}

TEST_CASE("what cannot be printed ends the printing and not the measuring") {
    struct example {
        std::string where_to;
        std::string status;  // of tally-bench
    };
    for (const auto& [where_to, status] : std::vector<example>{
             {"| head -n 1 >/dev/null", "0"}, {">/dev/full", "1"}, {"2>/dev/full", "0"}}) {
        INFO(where_to);
        scratch folder;
        const auto file = (folder.path / "run.json").string();
        const auto code = (folder.path / "status").string();
        const auto result =
            run({"/bin/sh", "-c",
                 "{ " TALLY_BENCH " --out=" + file +
                     " --strategy=ttas,ticket --workload=counter --threads=1,2 --window=2ms "
                     "--warmup=1ms --repetitions=3 --repeats-when-dirty=0; echo $? >" +
                     code + "; } " + where_to});
        CHECK(content(code) == status + "\n");
        const auto written = json::parse(content(file));
        CHECK(written["context"]["complete"] == true);
        CHECK(written["benchmarks"].size() == 2 * 3 * 2 * 3);
    }
}

TEST_CASE("a terminal is shown the bar") {
    const auto result = bench({"--threads=1", "--strategy=ttas", "--waiting=spin",
                               "--workload=counter", "--window=20ms", "--repetitions=5"},
                              {.on_terminal = true});
    CHECK(result.status() == 0);
    CHECK_THAT(result.errors, ContainsSubstring("rows done"));
    CHECK_THAT(result.errors, ContainsSubstring("to go"));
    // It is taken away in the end.
    CHECK(result.errors.rfind("\033[K") > result.errors.rfind("rows done"));
}

TEST_CASE("the help fits a terminal") {
    const auto help = bench({"--help"});
    CHECK(help.status() == 0);
    std::istringstream text(help.output);
    for (std::string line; std::getline(text, line);) {
        INFO(line);
        CHECK(line.size() <= 80);
    }
}

TEST_CASE("the cost floor is told beside the loop by hand") {
    // On a busy machine a short window may pass without CPU for its thread: then there is nothing
    // to compare, and the row says nothing of it.
    json run;
    for (int length = 50; length <= 3200; length *= 2) {
        const auto result =
            bench({"--workload=floor", "--benchmark_format=json", "--repetitions=2",
                   "--window=" + std::to_string(length) + "ms", "--repeats-when-dirty=0"});
        REQUIRE(result.status() == 0);
        run = json::parse(result.output);
        const auto& rows = run["benchmarks"];
        if (std::all_of(rows.begin(), rows.end(),
                        [](const json& row) { return row.contains("ratio_to_by_hand"); }))
            break;
    }
    std::set<std::string> strategies;
    for (const auto& row : run["benchmarks"]) {
        strategies.insert(row["strategy"]);
        CHECK(row["by_hand_ns_per_increment"].get<double>() > 0);
        CHECK(row["ratio_to_by_hand"].get<double>() > 0);
        CHECK(row["added_ns_per_increment"].is_number());
        CHECK(row.contains("lost") == (row["strategy"] != "empty"));
    }
    CHECK(strategies == std::set<std::string>{"empty", "std_mutex"});
}

TEST_CASE("a row ends once its interval is narrow and the others go on") {
    const auto measured = [](const std::string& settle, const std::string& window = "2ms") {
        const auto result =
            bench({"--strategy=ttas", "--waiting=spin,yield", "--threads=1", "--workload=counter",
                   "--window=" + window, "--warmup=1ms", "--repetitions=12",
                   "--repeats-when-dirty=0", "--benchmark_format=json", "--settle=" + settle});
        CHECK(result.status() == 0);
        INFO(result.errors);
        CHECK_THAT(result.errors,
                   ContainsSubstring(settle == "off" ? "2 rows, 12 windows each: about"
                                                     : "2 rows, 5 to 12 windows each: "
                                                       "at most about"));
        std::map<std::string, std::vector<json>> rows;
        const auto run = json::parse(result.output);
        for (const auto& row : run["benchmarks"])
            rows[row["name"]].push_back(row);
        CHECK(rows.size() == 2);
        return rows;
    };
    for (const auto& [name, windows] : measured("0.0001%")) {
        INFO(name);
        REQUIRE(windows.size() == 12);
        for (std::size_t i = 0; i != 12; ++i) {
            CHECK(windows[i]["repetition_index"] == i);
            CHECK(windows[i].contains("interval_half_width") == (i >= 4));
            CHECK(windows[i].value("ended", "") == (i == 11 ? "most" : ""));
        }
    }
    for (const auto& [name, windows] :
         measured("99%", "30ms")) {  // on a busy machine a few ms may be nothing
        INFO(name);
        REQUIRE(windows.size() < 12);
        REQUIRE(windows.size() >= 5);
        for (const auto& window : windows)
            CHECK(window.value("ended", "") == (&window == &windows.back() ? "settled" : ""));
        CHECK(windows.back()["interval_half_width"].get<double>() <= 0.99);
    }
    for (const auto& [name, windows] : measured("off")) {
        INFO(name);
        REQUIRE(windows.size() == 12);
        CHECK_FALSE(windows.back().contains("interval_half_width"));
    }
}

TEST_CASE("a budget measures rows that are not settled as often as there is time") {
    // Seven of each for certain, and more of both while it lasts.
    json run;
    steady_clock::duration spent{};
    for (int attempt = 0; attempt == 0 || (spent >= 4s && attempt != 5); ++attempt) {
        const auto began = steady_clock::now();
        const auto result =
            bench({"--budget=2s", "--strategy=ttas", "--waiting=spin,yield", "--threads=1",
                   "--workload=counter", "--window=20ms", "--repetitions=1000",
                   "--settle=0.000001%", "--repeats-when-dirty=0", "--benchmark_format=json"});
        spent = steady_clock::now() - began;
        REQUIRE(result.status() == 0);
        run = json::parse(result.output);
    }
    CHECK(spent < 4s);
    std::map<std::string, unsigned> windows;
    for (const auto& row : run["benchmarks"])
        ++windows[row["name"]];
    CHECK(windows.size() == 2);
    for (const auto& [name, count] : windows) {
        INFO(name << ": " << count);
        CHECK(count > 7);
        CHECK(count < 100);
    }
}

TEST_CASE("a budget is kept where windows cannot be cut to fit") {
    // Three threads on a lock of processes: to start them takes longer than the shortest window. At
    // least one window of each row is had, and not the 1000.
    const auto began = steady_clock::now();
    const auto result = bench({"--budget=1s", "--strategy=flock", "--threads=1,3",
                               "--workload=counter", "--window=20ms", "--repetitions=1000",
                               "--settle=off", "--benchmark_format=json", "--out=/dev/null"});
    CHECK(steady_clock::now() - began < 10s);
    CHECK(result.status() == 0);
    CHECK_THAT(result.errors, ContainsSubstring(" of 2000 windows: the budget was spent"));
    std::map<std::string, unsigned> windows;
    const auto run = json::parse(result.output);
    for (const auto& row : run["benchmarks"])
        ++windows[row["name"]];
    CHECK(windows.size() == 2);
}

TEST_CASE("a budget is kept") {
    // A second for starting and calibrating. Whoever else needs the machine may make it more, and
    // does not do so each time.
    steady_clock::duration spent{};
    for (int attempt = 0; attempt == 0 || (spent >= 5s && attempt != 5); ++attempt) {
        const auto began = steady_clock::now();
        const auto result = bench({"--budget=3s", "--threads=1,2", "--strategy=ttas,std_mutex",
                                   "--workload=counter", "--window=1s", "--repetitions=5"});
        spent = steady_clock::now() - began;
        CHECK(result.status() == 0);
        CHECK(spent > 1s);
    }
    CHECK(spent < 5s);
}
