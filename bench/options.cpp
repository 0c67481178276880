// SPDX-License-Identifier: MIT
#include "bench/options.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string_view>

#include "kit/command_line.hpp"
#include "kit/nearest.hpp"
#include "machines/native_team.hpp"

namespace tally::bench {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr unsigned most_threads = 1024;
constexpr unsigned most_repetitions = 1000;
constexpr nanoseconds shortest_window = 1ms;
constexpr nanoseconds longest_window = 60s;
// A thread that has no CPU would be held to hang sooner.
constexpr nanoseconds shortest_patience = 100ms;
constexpr nanoseconds longest_patience = 10h;

// The workload of locks: how long the section is, and how long one stays outside.
const std::vector<section_case> default_cases{{0ns, 0ns}, {100ns, 0ns}, {100ns, 1us}, {1us, 1us}};
const std::vector<section_case> quick_cases{{100ns, 1us}};

// Google Benchmark's flags that are passed on to it; what the others do is done here.
const std::vector<std::string> passed_on{"--benchmark_enable_random_interleaving",
                                         "--benchmark_report_aggregates_only",
                                         "--benchmark_display_aggregates_only",
                                         "--benchmark_min_time",
                                         "--benchmark_min_warmup_time",
                                         "--benchmark_color",
                                         "--benchmark_counters_tabular",
                                         "--benchmark_context",
                                         "--benchmark_perf_counters",
                                         "--benchmark_time_unit",
                                         "--benchmark_dry_run",
                                         "--v"};

template <class Names>
std::string unknown(std::string_view what, const std::string& typed, const Names& known) {
    return fmt::format("unknown {} '{}': did you mean {}?", what, typed,
                       kit::nearest(typed, known));
}

std::vector<std::string> split(const std::string& flag, const std::string& text) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (;;) {
        const auto comma = text.find(',', from);
        parts.push_back(text.substr(from, comma - from));
        if (parts.back().empty())
            throw bad_input(fmt::format("{}: an empty name in '{}': write a,b,c", flag, text));
        if (comma == std::string::npos) return parts;
        from = comma + 1;
    }
}

template <class Names>
std::vector<std::string> names(const std::string& flag, std::string_view what,
                               const std::string& text, const Names& known) {
    if (text.empty()) return {};
    auto wanted = split(flag, text);
    for (const auto& name : wanted)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw bad_input(unknown(what, name, known));
    return wanted;
}

output_format format_named(const std::string& text) {
    return text == "json"  ? output_format::json
           : text == "csv" ? output_format::csv
                           : output_format::console;
}

std::vector<unsigned> without_twins(std::vector<unsigned> numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

std::vector<unsigned> thread_counts(const std::string& text, bool quick) {
    if (!text.empty()) {
        std::vector<unsigned> counts;
        for (const auto& part : split("--threads", text))
            counts.push_back(
                static_cast<unsigned>(kit::whole_number("--threads", part, 1, most_threads)));
        return without_twins(counts);
    }
    const unsigned cpus = native_team::cpus();
    if (quick) return without_twins({1, cpus, std::min(4 * cpus, most_threads)});
    return without_twins(
        {1, 2, cpus, std::min(2 * cpus, most_threads), std::min(4 * cpus, most_threads)});
}

bool is_google_benchmark_flag(const std::string& argument) {
    const auto name = argument.substr(0, argument.find('='));
    // Of a wrong value it prints its own usage, and exits with 0.
    if (name == "--benchmark_time_unit") {
        const auto value = argument.substr(std::min(argument.size(), name.size() + 1));
        if (value != "ns" && value != "us" && value != "ms" && value != "s")
            throw bad_input(
                fmt::format("{}: '{}' is not a unit: use ns, us, ms or s", name, value));
    }
    return std::find(passed_on.begin(), passed_on.end(), name) != passed_on.end();
}

// Google Benchmark takes its flags' defaults from there, before main() begins: a run would be
// another one than its command line says, or none, without a word.
void refuse_flags_of_the_environment() {
    for (const auto* name :
         {"BENCHMARK_COLOR", "BENCHMARK_CONTEXT", "BENCHMARK_COUNTERS_TABULAR",
          "BENCHMARK_DISPLAY_AGGREGATES_ONLY", "BENCHMARK_DRY_RUN",
          "BENCHMARK_ENABLE_RANDOM_INTERLEAVING", "BENCHMARK_FILTER", "BENCHMARK_FORMAT",
          "BENCHMARK_LIST_TESTS", "BENCHMARK_MIN_TIME", "BENCHMARK_MIN_WARMUP_TIME",
          "BENCHMARK_OUT", "BENCHMARK_OUT_FORMAT", "BENCHMARK_PERF_COUNTERS",
          "BENCHMARK_REPETITIONS", "BENCHMARK_REPORT_AGGREGATES_ONLY", "BENCHMARK_TIME_UNIT"})
        if (std::getenv(name) != nullptr)
            throw bad_input(fmt::format(
                "{} is set in the environment: unset it, and use the flag instead", name));
}

void check_names(const catalogue& known, const std::string& strategies_text,
                 const std::string& waitings_text, const std::string& workloads_text,
                 selection& wanted) {
    std::set<std::string_view> strategies;
    std::set<std::string_view> waitings;
    for (const auto& s : known.strategies) {
        strategies.insert(s.info.name);
        waitings.insert(s.waiting);
    }
    const std::vector<std::string_view> workloads(std::begin(workload_names),
                                                  std::end(workload_names));
    wanted.workloads = names("--workload", "workload", workloads_text, workloads);
    wanted.strategies = names("--strategy", "strategy", strategies_text,
                              std::vector<std::string_view>(strategies.begin(), strategies.end()));
    wanted.waitings = names("--waiting", "kind of waiting", waitings_text,
                            std::vector<std::string_view>(waitings.begin(), waitings.end()));
}

}  // namespace

std::optional<double> parse_settle(const std::string& text) {
    if (text == "off") return std::nullopt;
    double percent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
    if (error != std::errc{} || std::string_view(end) != "%" || !(percent > 0) || percent >= 100)
        throw bad_input(fmt::format("--settle: '{}' is not a width: write 5%, or off", text));
    return percent / 100;
}

std::optional<options> parse_command_line(int argc, char** argv, const catalogue& known) {
    options out;
    out.command_line.assign(argv, argv + argc);
    nanoseconds budget{};
    std::string threads;
    std::string workloads;
    std::string strategies;
    std::string waitings;
    std::string settle = fmt::format("{}%", 100 * *out.repetitions.settle);
    std::string shown = "console";
    std::string written = "json";
    std::vector<std::string> others;
    bool quick = false;
    bool apart = false;

    kit::command_line line("tally-bench",
                           "What one safe increment costs: every locking strategy on a shared "
                           "counter, measured in windows of fixed length.");
    line.option("--workload", kit::text(workloads, "A,B"),
                "workloads: counter, sections, floor (default: all)");
    line.option("--strategy,--lock", kit::text(strategies, "A,B"),
                "strategies (default: all; see --list)");
    line.option("--waiting", kit::text(waitings, "A,B"),
                "kinds of waiting: spin, yield, park; itself: a library's lock decides; none: "
                "nobody waits (default: all)");
    line.option("--threads", kit::text(threads, "N,N"),
                "thread counts (default: 1, 2, the CPUs, twice and four times the CPUs)");
    line.flag("--apart", apart,
              "measure each counter that shares its lock's cache line also on a line of its own "
              "(data:apart), at all thread counts; without this flag at one of them only, and with "
              "--quick or --threads at none");
    line.option("--window", kit::time(out.length, shortest_window, longest_window),
                "length of a window");
    line.option("--warmup", kit::time(out.warm_up, 0ns, longest_window),
                "before each window, discarded");
    line.option("--repetitions,--benchmark_repetitions",
                kit::number(out.repetitions.most, 1, most_repetitions),
                "windows per row at most, in random order with those of all other rows");
    line.option("--settle", kit::text(settle, "PERCENT"),
                "end a row once half the 95 % interval of its median is at most this part of the "
                "median, after 5 windows at the earliest; off: measure all --repetitions");
    line.option("--repeats-when-dirty", kit::number(out.repeats_when_dirty, 0, 100),
                "how often a window is repeated when other programs disturbed it");
    line.option("--patience", kit::time(out.patience, shortest_patience, longest_patience),
                "a thread that has not left this long after the end of its window counts as hung, "
                "and ends the run");
    line.flag("--quick", quick,
              "fewer thread counts and cases; of each lock one kind of waiting for each, unless "
              "--strategy or --waiting is given; and windows cut so that all measuring takes at "
              "most 90 s");
    line.option("--budget", kit::time(budget, 1s, longest_patience),
                "cut windows so that all measuring takes at most this long (default: no limit)");
    line.option("--out,--benchmark_out", kit::text(out.out, "FILE"), "write the rows to this file");
    line.option("--benchmark_out_format", kit::one_of(written, {"json", "csv"}, "FORMAT"),
                "format of that file: json, csv");
    line.option("--store", kit::text(out.store, "FOLDER"),
                "folder of runs: keep this run there, as <machine>/<date>-<revision>/bench.json "
                "and environment.json");
    line.option("--machine", kit::text(out.machine, "NAME"),
                "the machine's name there (default: from its CPU)");
    line.flag("--catalogue", out.catalogue,
              "what each strategy is and says of itself, and measure nothing");
    line.flag("--catalogue-page", out.catalogue_page, "the same as a page: locks/README.md");
    line.flag("--list,--benchmark_list_tests", out.list,
              "list the names of the rows, and measure nothing");
    line.option("--benchmark_filter", kit::text(out.filter, "REGEX"),
                "only rows whose names match this regular expression; with a leading '-' those "
                "that do not");
    line.option("--benchmark_format", kit::one_of(shown, {"console", "json", "csv"}, "FORMAT"),
                "what to print: console, json, csv");
    line.pass_on(others);
    line.end_with("Google Benchmark's other flags are passed on to it:\n  " +
                  fmt::format("{}", fmt::join(passed_on, "\n  ")) +
                  "\n\nExit codes: 0 measured; 1 a count was wrong, or a row or file failed; 2 bad "
                  "input, nothing measured; 128 + signal interrupted, what was measured is kept.");
    if (!line.parse(argc, argv)) return std::nullopt;

    refuse_flags_of_the_environment();

    out.for_google_benchmark = {argv[0], "--benchmark_enable_random_interleaving=true"};
    for (const auto& other : others) {
        if (!other.starts_with("-"))
            throw bad_input(fmt::format(
                "'{}' is not a flag: to choose a strategy write --strategy={}", other, other));
        if (!is_google_benchmark_flag(other)) throw line.unknown_flag(other, passed_on);
        out.for_google_benchmark.push_back(other);
    }

    check_names(known, strategies, waitings, workloads, out.wanted);
    out.wanted.threads = thread_counts(threads, quick);
    // Many cases times many counts tell little more: the sections of a quick run are contended.
    out.wanted.section_threads = quick && threads.empty()
                                     ? std::vector<unsigned>{std::max(2U, native_team::cpus())}
                                     : out.wanted.threads;
    if (apart)
        out.wanted.threads_apart = out.wanted.threads;
    else if (!quick && threads.empty())
        out.wanted.threads_apart = {std::max(2U, native_team::cpus())};
    out.wanted.representatives = quick && strategies.empty() && waitings.empty();
    out.wanted.cases = quick ? quick_cases : default_cases;
    if (quick && !line.given("--budget")) budget = 90s;
    if (budget != 0ns) out.budget = budget;
    out.repetitions.settle = parse_settle(settle);
    out.shown = format_named(shown);
    out.written = format_named(written);
    if (!out.machine.empty() &&
        out.machine.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_.") != std::string::npos)
        throw bad_input(
            fmt::format("--machine: '{}' must be letters, digits, '-', '_' and '.'", out.machine));
    if (out.machine.starts_with('.'))
        throw bad_input(fmt::format("--machine: '{}' must not begin with a dot", out.machine));
    out.for_google_benchmark.push_back("--benchmark_repetitions=" +
                                       std::to_string(out.repetitions.most));
    return out;
}

}  // namespace tally::bench
