// SPDX-License-Identifier: MIT
#include "bench/driver.hpp"

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "bench/cpu_quota.hpp"
#include "bench/environment.hpp"
#include "bench/matrix.hpp"
#include "bench/options.hpp"
#include "bench/process/team.hpp"
#include "bench/report.hpp"
#include "bench/run_store.hpp"
#include "bench/settled.hpp"
#include "bench/subject.hpp"
#include "claims/listing.hpp"
#include "kit/interruption.hpp"
#include "kit/judge.hpp"
#include "kit/nearest.hpp"
#include "kit/output.hpp"
#include "kit/progress.hpp"
#include "machines/left_out.hpp"
#include "machines/native.hpp"
#include "machines/native_team.hpp"
#include "runs/glossary.hpp"

namespace tally::bench {

namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using json = nlohmann::ordered_json;

// --budget may not cut windows shorter than this: there would be nothing to see.
constexpr nanoseconds least_window = milliseconds(4);

// Seconds that a window takes beside its length (threads, leaving), until that has been measured.
constexpr double guessed_overhead = 0.005;

std::vector<planned_row> filtered(std::vector<planned_row> rows, const std::string& filter) {
    if (filter.empty() || filter == "all") return rows;
    const bool all_but = filter.starts_with('-');
    std::regex wanted;
    try {
        wanted.assign(all_but ? filter.substr(1) : filter, std::regex::extended);
    } catch (const std::regex_error&) {
        throw bad_input(
            fmt::format("--benchmark_filter: '{}' is not a regular expression", filter));
    }
    std::vector<planned_row> out;
    const std::size_t all = rows.size();
    std::set<std::string> parts;  // of the rows' names: what a filter is made of
    for (auto& row : rows) {
        parts.insert(
            {row.identity.parts.workload, row.identity.parts.strategy, row.identity.parts.waiting});
        if (std::regex_search(row.identity.name, wanted) != all_but) out.push_back(std::move(row));
    }
    if (out.empty() && all != 0)
        throw bad_input(
            fmt::format("--benchmark_filter: '{}' matches none of {} rows; nearest "
                        "names: {}; see --list",
                        filter, all, kit::nearest(filter, parts)));
    return out;
}

// Google Benchmark's context, and the essentials of ours.
json describe_context(const json& environment) {
    char date[32] = "";
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
    const auto& cpu = benchmark::CPUInfo::Get();
    json out;
    out["date"] = date;
    out["executable"] = "tally-bench";
    out["num_cpus"] = cpu.num_cpus;
    out["mhz_per_cpu"] = static_cast<int>(cpu.cycles_per_second / 1e6 + 0.5);
    json caches = json::array();
    for (const auto& cache : cpu.caches)
        caches.push_back({{"type", cache.type},
                          {"level", cache.level},
                          {"size", cache.size},
                          {"num_sharing", cache.num_sharing}});
    out["caches"] = caches;
    out["load_avg"] = cpu.load_avg;
    if (const auto* custom = benchmark::internal::GetGlobalContext())
        for (const auto& [key, value] : *custom)
            out[key] = value;
    out["library_build_type"] = "release";  // of what is measured
    out["tally"] = environment;
    json meanings;
    for (const auto& figure : runs::figures)
        meanings[std::string(figure.name)] =
            fmt::format("{}{}{}", figure.unit, figure.unit.empty() ? "" : ": ", figure.meaning);
    out["figures"] = meanings;
    return out;
}

class session {
public:
    session(const options& with, std::vector<planned_row> rows, const calibration& calibrated,
            run_store& store)
        : with_(with),
          rows_(std::move(rows)),
          calibrated_(calibrated),
          store_(store),
          bar_(rows_.size(), kit::stderr_is_terminal()) {
        for (const auto& row : rows_) {
            windows_left_ += row.windows * assured();
            repetitions_left_ += assured();
            name_width_ = std::max(name_width_, row.identity.name.size());
        }
    }

    // Returns the exit code.
    int run() {
        for (std::size_t index = 0; index != rows_.size(); ++index)
            benchmark::RegisterBenchmark(
                rows_[index].identity.name.c_str(),
                [this, index](benchmark::State& state) { repeat(index, state); })
                ->Iterations(1)
                ->UseManualTime()
                ->Unit(benchmark::kMillisecond);
        done_.resize(rows_.size());
        if (with_.shown == output_format::console) {
            kit::print(fmt::format("{}\n", console_heading(name_width_, columns_)));
        }
        say_duration();
        silent_reporter silent;
        benchmark::RunSpecifiedBenchmarks(&silent, nullptr, "all");
        bar_.clear();
        return finish();
    }

private:
    // Rows are shown when they are done, by their own names, and written raw: Google Benchmark's
    // reporters would show them at the end, with the window's settings in every name, and write
    // NaN where a figure never varies.
    class silent_reporter : public benchmark::BenchmarkReporter {
    public:
        bool ReportContext(const Context&) override { return true; }
        void ReportRuns(const std::vector<Run>&) override {}
    };

    struct repetitions_done {
        std::vector<row> rows;
        bool ended = false;
    };

    // Repetitions of a row that is not settled for which time is kept: without a budget all.
    unsigned assured() const {
        return with_.budget ? with_.repetitions.usual() : with_.repetitions.most;
    }

    // Whether a row is to be measured once more; if so, it has its place among the windows to come.
    // Google Benchmark knows of the most repetitions only, and asks for each.
    bool wants_another(std::size_t index) {
        const auto& done = done_[index];
        if (done.ended) return false;
        if (done.rows.size() < assured()) {
            if (!with_.budget || done.rows.size() < enough_by_now()) return true;
            end(index);
            return false;
        }
        const auto& planned = rows_[index];
        const double each = duration<double>(with_.length).count() + beside();
        if (budget_left() < (windows_left_ + planned.windows) * each) return false;
        windows_left_ += planned.windows;
        ++repetitions_left_;
        return true;
    }

    // With a budget: repetitions that end a row for want of time. The windows' lengths are made to
    // fit, but on a machine that is busy all else takes longer and longer, and a budget is kept.
    std::size_t enough_by_now() const {
        if (budget_left() > 0) return assured();
        const duration<double> spent = steady_clock::now() - began_;
        return spent < *with_.budget ? kit::fewest_for_interval : 1;
    }

    // The row is not measured again: others have its time.
    void end(std::size_t index) {
        auto& done = done_[index];
        done.ended = true;
        if (done.rows.size() >= assured()) return;
        const auto spared = assured() - static_cast<unsigned>(done.rows.size());
        windows_left_ -= rows_[index].windows * spared;
        repetitions_left_ -= spared;
    }

    // One repetition of one row, if it needs one.
    void repeat(std::size_t index, benchmark::State& state) {
        for (auto iteration : state) {
            (void)iteration;
            if (kit::interruption() != 0) {
                state.SkipWithError("interrupted");
                break;
            }
            if (!wants_another(index)) {
                state.SetIterationTime(1e-9);  // one is needed; nobody looks at it
                continue;
            }
            auto outcome = measure(rows_[index]);
            if (outcome.interrupted) {
                state.SkipWithError("interrupted");
                break;
            }
            state.SetIterationTime(outcome.result.real_ns / 1e9);
            for (const auto& [name, value] : outcome.result.figures)
                state.counters[name] = value;
            if (!outcome.result.error.empty()) state.SkipWithError(outcome.result.error.c_str());
            const bool failed = !outcome.result.error.empty();
            keep(index, std::move(outcome.result));
            if (failed) break;
        }
    }

    // A dirty window is measured again, a bounded number of times; if it stays dirty, the row
    // says so.
    measured measure(const planned_row& planned) {
        const auto began = steady_clock::now();
        measured outcome;
        unsigned repeated = 0;
        kit::now_trying(planned.identity.name);
        for (;; ++repeated) {
            const auto length = length_now();
            const hang_handling hang{
                with_.patience, [&](const std::string& why) { give_up(planned.identity, why); }};
            const measuring how{with_.warm_up_for(length), length, hang, calibrated_, sheet_};
            auto next = planned.measure(planned.identity, how);
            // A dirty window is better than none.
            if (next.interrupted && repeated != 0) break;
            outcome = std::move(next);
            // A wrong count is not the neighbours' fault.
            if (!outcome.dirty || outcome.interrupted || !outcome.result.error.empty()) break;
            if (repeated == with_.repeats_when_dirty || !time_to_repeat(planned)) break;
        }
        if (!outcome.interrupted) {
            windows_left_ -= planned.windows;
            --repetitions_left_;
        }
        const duration<double> took = steady_clock::now() - began;
        const double wanted = planned.windows * duration<double>(length_used_).count();
        overhead_ += std::max(took.count() / (repeated + 1.0) - wanted, 0.0) / planned.windows;
        ++overheads_;
        outcome.result.figures.emplace_back("repeated", repeated);
        outcome.result.repetition = static_cast<unsigned>(
            done_[static_cast<std::size_t>(&planned - rows_.data())].rows.size());
        return outcome;
    }

    // Seconds that a window takes beside its length.
    double beside() const { return overheads_ != 0 ? overhead_ / overheads_ : guessed_overhead; }

    // Seconds of the budget that are left; only with a budget.
    double budget_left() const {
        const duration<double> spent = steady_clock::now() - began_;
        return duration<double>(*with_.budget).count() * 0.97 - spent.count();
    }

    // Without a budget, --window. With one, what is left of it shared by the windows that are left,
    // less what a window takes beside its length (warm-up, threads, leaving).
    nanoseconds length_now() {
        length_used_ = with_.length;
        if (with_.budget) {
            const double each = budget_left() / std::max(windows_left_, 1.0) - beside();
            const auto fits = nanoseconds(static_cast<std::int64_t>(std::max(each, 0.0) * 1e9));
            length_used_ = std::clamp(fits, std::min(least_window, with_.length), with_.length);
        }
        if (first_length_ == nanoseconds::zero()) first_length_ = length_used_;
        return length_used_;
    }

    // With a budget, repeats may take from the others, but not more than half of what they were to
    // have.
    bool time_to_repeat(const planned_row& planned) const {
        if (!with_.budget) return true;
        const double each = duration<double>(first_length_).count() / 2 + beside();
        return budget_left() > (windows_left_ + planned.windows) * each;
    }

    void keep(std::size_t index, row repetition) {
        auto& done = done_[index];
        row& result = done.rows.emplace_back(std::move(repetition));
        const repetition_plan& plan = with_.repetitions;
        std::optional<double> half_width;
        if (plan.adapts()) half_width = half_width_of(done.rows);
        if (half_width) result.figures.emplace_back("interval_half_width", *half_width);
        if (plan.settled(half_width))
            result.ended = "settled";
        else if (done.rows.size() == plan.most)
            result.ended = "most";
        if (!result.ended.empty()) end(index);
        const bool last =
            done.rows.size() == assured() || (done.ended && done.rows.size() < assured());
        // In this order: what the bar says is done is kept, whatever ends the program here.
        store_.add(result);
        bar_.step(result.name, last, repetitions_left_);
    }

    // In the order of --list. Windows are measured in a random one, so the first row is done when
    // nearly all are.
    void show_rows() const {
        if (with_.shown != output_format::console) return;
        for (const auto& done : done_)
            if (!done.rows.empty())
                kit::print(fmt::format("{}\n", console_line(done.rows, name_width_, columns_)));
    }

    // How long it will take, before it begins: windows, what is beside them, and no repeats.
    void say_duration() const {
        const duration<double> each = with_.length + with_.warm_up_for(with_.length);
        double windows = 0;
        for (const auto& row : rows_)
            windows += row.windows * with_.repetitions.most;
        double seconds = windows * (each.count() + guessed_overhead);
        if (with_.budget) seconds = std::min(seconds, duration<double>(*with_.budget).count());
        const bool adapts = with_.repetitions.adapts();
        kit::complain(fmt::format(
            "tally-bench: {} rows, {}{} windows each: {}about {}\n", rows_.size(),
            adapts ? fmt::format("{} to ", kit::fewest_for_interval) : "", with_.repetitions.most,
            adapts ? "at most " : "", kit::clock_text(seconds)));
    }

    // How many rows ended why.
    std::string endings() const {
        const auto count = [&](std::string_view why) {
            return std::count_if(done_.begin(), done_.end(), [&](const repetitions_done& done) {
                return !done.rows.empty() && done.rows.back().ended == why;
            });
        };
        if (!with_.repetitions.adapts()) {
            const auto planned = rows_.size() * with_.repetitions.most;
            return fmt::format("{} rows of {} repetitions{}", rows_.size(), with_.repetitions.most,
                               store_.rows().size() == planned
                                   ? ""
                                   : fmt::format(", {} of {} windows: the budget was spent",
                                                 store_.rows().size(), planned));
        }
        std::string out = fmt::format(
            "{} rows, {} windows ({} rows settled within {:.3g} %, {} measured {} times",
            rows_.size(), store_.rows().size(), count("settled"), 100 * *with_.repetitions.settle,
            count("most"), with_.repetitions.most);
        if (const auto others = count(""))
            out += fmt::format(", {} as often as there was time", others);
        return out + ")";
    }

    int finish() {
        show_rows();
        if (with_.shown == output_format::console) say_notes();
        const int signal = kit::interruption();
        std::string reason;
        if (signal != 0) reason = fmt::format("signal {}", signal);
        const bool written = store_.finish(reason);
        if (with_.shown == output_format::json) kit::print(store_.json_text());
        if (with_.shown == output_format::csv) kit::print(to_csv(store_.rows()));
        const bool failed = say_errors();
        if (signal != 0)
            kit::complain(fmt::format(
                "tally-bench: interrupted by signal {}: {} of {} windows measured{}\n", signal,
                store_.rows().size(), store_.rows().size() + repetitions_left_,
                store_.rows().empty() || !written ? ""
                : store_.where().empty()          ? ", not kept: use --store or --out to keep them"
                                                  : ", kept in " + store_.where()));
        else if (written && !store_.where().empty())
            kit::complain(
                fmt::format("tally-bench: {} written to {}\n", endings(), store_.where()));
        if (failed || !written) return 1;
        return signal != 0 ? 128 + signal : 0;
    }

    // What the strategies that were measured say of their figures, each once.
    void say_notes() const {
        std::set<std::string> said;
        for (const auto& planned : rows_) {
            const row& of = planned.identity;
            if (!of.note.empty() && said.insert(of.parts.strategy).second)
                kit::print(console_note(of, columns_));
        }
    }

    // Names each row that failed. True if there are any.
    bool say_errors() const {
        bool any = false;
        for (const auto& done : done_) {
            const auto first = std::find_if(done.rows.begin(), done.rows.end(),
                                            [](const row& r) { return !r.error.empty(); });
            if (first == done.rows.end()) continue;
            any = true;
            const auto times = std::count_if(done.rows.begin(), done.rows.end(),
                                             [](const row& r) { return !r.error.empty(); });
            kit::complain(fmt::format("tally-bench: {}: {} ({} of {} repetitions)\n", first->name,
                                      first->error, times, done.rows.size()));
        }
        return any;
    }

    // A strategy hangs: its threads cannot be ended, so the process must. What was measured is
    // kept.
    [[noreturn]] void give_up(row identity, const std::string& why) {
        bar_.clear();
        show_rows();
        identity.error = "hangs: " + why;
        kit::complain(
            fmt::format("tally-bench: {}: {}; the run ends here\n", identity.name, identity.error));
        store_.add(identity);
        store_.finish(identity.name + " hangs");
        std::fflush(nullptr);
        kit::conclude();
        std::_Exit(1);
    }

    const options& with_;
    std::vector<planned_row> rows_;
    calibration calibrated_;
    run_store& store_;
    kit::progress bar_;
    tally_sheet sheet_;
    std::vector<repetitions_done> done_;
    std::size_t name_width_ = 0;
    const std::size_t columns_ = kit::terminal_columns(STDOUT_FILENO);
    steady_clock::time_point began_ = steady_clock::now();
    nanoseconds length_used_{};
    nanoseconds first_length_{};
    double windows_left_ = 0;           // to be measured for all that is known, in windows' time
    std::size_t repetitions_left_ = 0;  // the same, counted
    double overhead_ = 0;  // seconds beside the window's length, summed over `overheads_` windows
    double overheads_ = 0;
};

void say_left_out() {
    for (const auto& entry : left_out())
        kit::complain(fmt::format("tally-bench: left out: {}: {}\n", entry.name, entry.reason));
}

}  // namespace

int run(int argc, char** argv) {
    catalogue known;
    fill(known);
    // One of a team of processes, started by such a run: see bench/process.
    if (const auto status = run_as_worker(argc, argv, known)) return *status;
    const auto with = parse_command_line(argc, argv, known);
    if (!with) return 0;
    if (with->catalogue || with->catalogue_page) {
        std::vector<stress::listed_subject> all;
        for (const auto& each : known.strategies)
            all.push_back({each.info, each.is});
        kit::print(with->catalogue ? stress::listing(all) : stress::listing_page(all));
        return 0;
    }
    auto rows = filtered(make_matrix(known, with->wanted), with->filter);
    if (rows.empty())
        throw bad_input(
            "no row has this workload, strategy and kind of waiting together; see "
            "--list");
    if (with->list) {
        for (const auto& row : rows)
            kit::print(fmt::format("{}\n", row.identity.name));
        return 0;
    }

    std::vector<std::string> arguments = with->for_google_benchmark;
    std::vector<char*> pointers;
    for (auto& argument : arguments)
        pointers.push_back(argument.data());
    int count = static_cast<int>(pointers.size());
    pointers.push_back(nullptr);
    benchmark::Initialize(&count, pointers.data());
    if (count > 1)
        throw bad_input(fmt::format("this Google Benchmark does not know {}", pointers[1]));

    if (const auto warning = warning_of(read_cpu_quota(), native_team::cpus()); !warning.empty())
        kit::complain("tally-bench: " + warning);
    expect_threads(*std::max_element(with->wanted.threads.begin(), with->wanted.threads.end()));
    kit::heed_interruptions();
    calibration calibrated;
    calibrated.timing = measure_timing_cost();
    calibrated.step_ns = measure_step_ns();
    const auto environment = describe_environment(*with, calibrated);
    run_store store(*with, environment);
    store.set_context(describe_context(environment));
    say_left_out();
    if (with->wanted.representatives) {
        auto all = with->wanted;
        all.representatives = false;
        kit::complain(
            fmt::format("tally-bench: quick: {} of {} rows: a lock spins while each thread has a "
                        "CPU, and parks "
                        "beyond;\n  --waiting=spin,yield,park measures every kind\n",
                        rows.size(), filtered(make_matrix(known, all), with->filter).size()));
    }
    return session(*with, std::move(rows), calibrated, store).run();
}

}  // namespace tally::bench
