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
constexpr nanoseconds shortest_patience = 100ms;

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

unsigned whole_number(const std::string& flag, const std::string& text, unsigned least,
                      unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
        throw bad_input(
            fmt::format("{}: '{}' is not a whole number from {} to {}", flag, text, least, most));
    return number;
}

output_format format_named(const std::string& flag, const std::string& text, bool for_a_file) {
    if (text == "json") return output_format::json;
    if (text == "csv") return output_format::csv;
    if (text == "console" && !for_a_file) return output_format::console;
    throw bad_input(fmt::format("{}: '{}' is not a format: use {}json or csv", flag, text,
                                for_a_file ? "" : "console, "));
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
            counts.push_back(whole_number("--threads", part, 1, most_threads));
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
                "{} is set in the environment: unset it, and give a flag where one is meant",
                name));
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

nanoseconds parse_time(const std::string& flag, const std::string& text) {
    const auto bad = [&] {
        return bad_input(fmt::format(
            "{}: '{}' is not a length of time: write 50ms, 1s, 100us or 2m", flag, text));
    };
    static const std::pair<std::string_view, double> units[] = {
        {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}};
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || !std::isfinite(number) || number < 0) throw bad();
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const auto& [name, factor] : units)
        if (unit == name) {
            if (number * factor > 1e15) throw bad();
            return nanoseconds(std::llround(number * factor));
        }
    throw bad();
}

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
    std::string window = to_text(out.length);
    std::string warm_up = to_text(out.warm_up);
    std::string patience = to_text(out.patience);
    std::string budget;
    std::string threads;
    std::string workloads;
    std::string strategies;
    std::string waitings;
    std::string repetitions = std::to_string(out.repetitions.most);
    std::string settle = fmt::format("{}%", 100 * *out.repetitions.settle);
    std::string repeats = std::to_string(out.repeats_when_dirty);
    std::string shown = "console";
    std::string written = "json";
    std::string list_tests;
    bool quick = false;
    bool apart = false;

    CLI::App app{
        "What one safe increment costs: every locking strategy on a shared counter, "
        "measured in windows of fixed length.",
        "tally-bench"};
    app.allow_extras();
    app.add_option("--workload", workloads,
                   "Workloads, a,b: counter, sections, floor (default: all)");
    app.add_option("--strategy,--lock", strategies, "Strategies, a,b (default: all; see --list)");
    app.add_option("--waiting", waitings,
                   "Kinds of waiting, a,b: spin, yield, park; itself: a library's lock decides; "
                   "none: nobody waits (default: all)");
    app.add_option("--threads", threads,
                   "Thread counts, 1,2,8 (default: 1, 2, the CPUs, twice and four times the CPUs)");
    app.add_flag("--apart", apart,
                 "Every counter that lies in its lock's cache line also with a line of its own "
                 "(data:apart); without this flag at one thread count, and with --quick or "
                 "--threads nowhere");
    app.add_option("--window", window, "Length of a window")->capture_default_str();
    app.add_option("--warmup", warm_up, "Warm-up before each window, discarded")
        ->capture_default_str();
    app.add_option("--repetitions,--benchmark_repetitions", repetitions,
                   "Windows per row at most, in random order with those of all other rows")
        ->capture_default_str();
    app.add_option("--settle", settle,
                   "A row ends after 5 windows or more, once half the 95 % interval of its median "
                   "is at most this part of it; off: only with the last of --repetitions")
        ->capture_default_str();
    app.add_option("--repeats-when-dirty", repeats,
                   "How often a window is repeated when other programs disturbed it")
        ->capture_default_str();
    app.add_option("--patience", patience,
                   "How long after a window's end its threads may take to leave, before the "
                   "strategy is held to hang and the run ends")
        ->capture_default_str();
    app.add_flag("--quick", quick,
                 "Fewer thread counts and cases, and windows cut so that all measuring takes at "
                 "most 90 s");
    app.add_option("--budget", budget,
                   "Cut windows so that all measuring takes at most this long (90s, 25m)");
    app.add_option("--out,--benchmark_out", out.out, "Write the rows to this file");
    app.add_option("--benchmark_out_format", written, "Its format: json, csv")
        ->capture_default_str();
    app.add_option("--store", out.store,
                   "Keep the run as <folder>/<machine>/<date>-<revision>/bench.json and "
                   "environment.json");
    app.add_option("--machine", out.machine, "The machine's name there (default: from its CPU)");
    app.add_flag("--list", out.list, "Print the names of the rows, and measure nothing");
    app.add_option("--benchmark_list_tests", list_tests, "The same")->expected(0, 1);
    app.add_option("--benchmark_filter", out.filter,
                   "Only rows whose names match this regular expression; with a leading '-' "
                   "those that do not");
    app.add_option("--benchmark_format", shown, "What to print: console, json, csv")
        ->capture_default_str();
    app.footer("Google Benchmark's other flags are passed on to it:\n  " +
               fmt::format("{}", fmt::join(passed_on, "\n  ")) +
               "\n\nExit codes: 0 measured; 1 a count was wrong, or a row or file failed; 2 bad "
               "input, nothing measured;\n128 + signal interrupted, what was measured is kept.");
    // "--threads= --quick" would take the next flag for the value.
    for (int i = 1; i < argc; ++i)
        if (const std::string_view word(argv[i]); word.starts_with("--") && word.ends_with('='))
            throw bad_input(fmt::format("{}: no value follows", word));
    try {
        parse(app, argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::fputs(help_text(app).c_str(), stdout);
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        throw bad_input(error.what());
    }

    refuse_flags_of_the_environment();

    out.for_google_benchmark = {argv[0], "--benchmark_enable_random_interleaving=true"};
    for (const auto& extra : app.remaining()) {
        if (is_google_benchmark_flag(extra)) {
            out.for_google_benchmark.push_back(extra);
            continue;
        }
        if (!extra.starts_with("-"))
            throw bad_input(
                fmt::format("'{}' is not a flag: to choose a strategy write "
                            "--strategy={}",
                            extra, extra));
        std::vector<std::string> flags = passed_on;
        for (const auto* option : app.get_options())
            for (const auto& name : option->get_lnames())
                flags.push_back("--" + name);
        throw bad_input(unknown("flag", extra.substr(0, extra.find('=')), flags));
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
    out.wanted.cases = quick ? quick_cases : default_cases;
    out.length = parse_time("--window", window);
    out.warm_up = parse_time("--warmup", warm_up);
    out.patience = parse_time("--patience", patience);
    if (out.length < shortest_window || out.length > longest_window)
        throw bad_input(fmt::format("--window: '{}' is not between {} and {}", window,
                                    to_text(shortest_window), to_text(longest_window)));
    if (out.patience < shortest_patience)
        throw bad_input(
            fmt::format("--patience: '{}' is less than {}: a thread that has no CPU "
                        "would be held to hang",
                        patience, to_text(shortest_patience)));
    if (out.warm_up > longest_window)
        throw bad_input(
            fmt::format("--warmup: '{}' is more than {}", warm_up, to_text(longest_window)));
    if (quick && budget.empty()) budget = "90s";
    if (!budget.empty()) {
        out.budget = parse_time("--budget", budget);
        if (*out.budget < 1s)
            throw bad_input(fmt::format("--budget: '{}' is less than 1s", budget));
    }
    out.repetitions.most = whole_number("--repetitions", repetitions, 1, most_repetitions);
    out.repetitions.settle = parse_settle(settle);
    out.repeats_when_dirty = whole_number("--repeats-when-dirty", repeats, 0, 100);
    out.shown = format_named("--benchmark_format", shown, false);
    out.written = format_named("--benchmark_out_format", written, true);
    if (app.get_option("--benchmark_list_tests")->count() != 0 && list_tests != "false" &&
        list_tests != "0")
        out.list = true;
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
