// SPDX-License-Identifier: MIT
// tally-interpreters: what a global interpreter lock costs and protects, in the interpreters that
// are installed and in the models of each generation, side by side in one run.
#include <fmt/chrono.h>
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/cpu_quota.hpp"
#include "bench/environment.hpp"
#include "bench/interpreters/workloads.hpp"
#include "kit/child.hpp"
#include "kit/command_line.hpp"
#include "kit/format.hpp"
#include "kit/interruption.hpp"
#include "kit/program.hpp"
#include "kit/progress.hpp"
#include "kit/whole_file.hpp"
#include "machines/native.hpp"
#include "machines/native_team.hpp"
#include "runs/machine.hpp"
#include "runs/run_folder.hpp"

namespace {

using namespace std::chrono_literals;
using namespace tally::interpreters;
using tally::kit::progress;
namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct options {
    std::vector<std::string> named;
    bool search = true;
    bool models = true;
    bool quick = false;
    bool list = false;
    unsigned repetitions = 5;
    std::chrono::seconds patience{30};
    std::chrono::seconds row_budget{3};
    std::string only;
    std::string out;      // a file, or empty
    std::string store;    // a folder of runs, or empty
    std::string machine;  // the run's folder in it; empty: from the CPU's name
};

// Google Benchmark's context, and the machine's.
json context_of(const json& environment, const std::vector<installed>& found) {
    json names = json::array();
    for (const auto& one : found)
        names.push_back(one.name);
    return {{"date", fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00", fmt::gmtime(std::time(nullptr)))},
            {"executable", "tally-interpreters"},
            {"num_cpus", tally::native_team::cpus()},
            {"library_build_type", "release"},
            {"interpreters", names},
            {"tally", environment}};
}

json environment_of(const options& chosen, int argc, char** argv) {
    tally::bench::options with;
    with.command_line.assign(argv, argv + argc);
    json environment = describe_environment(with, {});
    // What there is of windows and of their calibration is tally-bench's.
    environment["run"] = {{"command_line", environment["run"]["command_line"]},
                          {"repetitions", chosen.repetitions}};
    environment.erase("calibration");
    return environment;
}

// The interpreter whose speed a model of versions [from, to] takes on: the newest of them.
const installed* like(const std::vector<installed>& found, int major, int from, int to) {
    const installed* newest = nullptr;
    for (const auto& one : found)
        if (one.is_cpython() && one.gil && one.major == major && one.minor >= from &&
            one.minor <= to)
            newest = &one;
    return newest;
}

speed speed_of(const installed* which, unsigned limit_s) {
    speed result;
    if (which == nullptr) return result;
    const auto asked = real(*which, limit_s);
    // The best of several runs in several processes: a model is to be as fast as the interpreter,
    // not as its neighbours, nor as one process whose memory happens to lie badly.
    constexpr std::uint64_t rounds = 500'000;
    const auto best = [&](std::string_view program) {
        double ns = std::numeric_limits<double>::max();
        for (int process = 0; process != 4; ++process)
            for (const counted& one : asked->run_in_turn(
                     {.program = program, .threads = {1, 1, 1, 1}, .increments = rounds})) {
                if (!one.error.empty()) return 0.0;
                if (one.cpu_nanoseconds > 0)
                    ns = std::min(ns, one.cpu_nanoseconds / static_cast<double>(rounds));
            }
        return ns == std::numeric_limits<double>::max() ? 0.0 : ns;
    };
    const double increment_ns = best("plain");
    const double compute_ns = best("compute");
    if (increment_ns > 0 && compute_ns > 0)
        result = {.increment_ns = increment_ns, .compute_ns = compute_ns};
    return result;
}

// The real lock taken from C++, when that program was built: its own rows.
void measure_embedded(const fs::path& here, unsigned repetitions, std::vector<row>& rows) {
    const fs::path program = here / "tally-embedded";
    std::error_code error;
    if (!fs::exists(program, error)) {
        tally::kit::print(
            "note: tally-embedded was not built (python3-dev is not installed), so the lock "
            "is not taken from C++\n");
        return;
    }
    const auto said = tally::kit::run_child(
        {program.string(), "--benchmark_format=json",
         "--benchmark_repetitions=" + std::to_string(repetitions), "--benchmark_min_time=0.05"},
        {.limit = std::chrono::seconds(60), .errors_apart = true});
    std::string failure = tally::kit::last_line(said.errors);
    if (said.status() != 0) {
        if (failure.empty()) failure = "status " + std::to_string(said.status());
    } else {
        try {
            const auto measured =
                tally::runs::read_rows(nlohmann::json::parse(said.output, nullptr, false));
            rows.insert(rows.end(), measured.begin(), measured.end());
            return;
        } catch (const tally::runs::bad_row& wrong) {
            failure = std::string("what it printed ") + wrong.what();
        }
    }
    tally::kit::print("note: tally-embedded failed: {}\n", failure);
}

// The file that the rows go to, every few seconds and at the end.
class output {
public:
    output(const options& chosen, const json& environment, json context)
        : file_(chosen.out), context_(std::move(context)), repetitions_(chosen.repetitions) {
        if (!chosen.store.empty()) {
            const fs::path folder = tally::runs::make_run_folder(
                chosen.store, chosen.machine.empty() ? tally::runs::machine_name() : chosen.machine,
                tally::bench::revision());
            tally::kit::write_whole(folder / "environment.json", environment.dump(2) + "\n");
            file_ = folder / "interpreters.json";
        }
        // Before anything is measured: a place that cannot be written is found now.
        if (!file_.empty() && !fs::exists(file_)) write({});
    }

    void checkpoint(const std::vector<row>& rows) {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_) return;
        next_ = now + std::chrono::seconds(5);
        write(rows);
    }
    void write(const std::vector<row>& rows) {
        if (!file_.empty())
            tally::kit::write_whole(file_,
                                    tally::runs::document_text(rows, context_, repetitions_));
    }
    std::string where() const { return file_.string(); }

private:
    fs::path file_;
    json context_;
    unsigned repetitions_;
    std::chrono::steady_clock::time_point next_{};
};

void print_counts(const std::vector<row>& rows) {
    struct tallied {
        unsigned runs = 0;
        unsigned lossy = 0;
        double most = 0;
        double expected = 0;
        std::string error;
    };
    std::map<std::string, tallied> counts;
    for (const auto& one : rows) {
        if (one.name.rfind("interpreter/counter/", 0) != 0) continue;
        auto& entry = counts[one.name.substr(std::string("interpreter/counter/").size())];
        ++entry.runs;
        if (!one.error.empty()) entry.error = one.error;
        const double* lost = one.find("lost");
        if (lost == nullptr) continue;
        entry.expected = *one.find("expected");
        if (*lost != 0) ++entry.lossy;
        entry.most = std::max(entry.most, *lost);
    }
    tally::kit::print("{:<62} {:>9} {:>12}\n", "num += 1", "lost in", "lost at most");
    for (const auto& [name, entry] : counts) {
        if (!entry.error.empty())
            tally::kit::print("{:<62} {}\n", name, entry.error);
        else
            tally::kit::print("{:<62} {:>4} of {:<2} {:>11.1f}%\n", name, entry.lossy, entry.runs,
                              100 * entry.most / entry.expected);
    }
}

// Everybody, and who is compared with whom: a model with the interpreter that gave it its speed.
struct cast {
    std::vector<std::unique_ptr<subject>> subjects;
    // The interpreter first, then the model of it, then what might replace its lock.
    std::vector<std::vector<subject*>> groups;
};

cast cast_of(const options& chosen, const std::vector<installed>& found) {
    cast result;
    const auto limit_s = static_cast<unsigned>(chosen.patience.count());
    std::map<const installed*, std::vector<subject*>> by_interpreter;
    for (const auto& one : found) {
        result.subjects.push_back(real(one, limit_s));
        by_interpreter[&one] = {result.subjects.back().get()};
    }
    std::vector<subject*> alone;
    if (chosen.models) {
        const auto add = [&](const installed* like, std::unique_ptr<subject> model) {
            if (like != nullptr)
                by_interpreter[like].push_back(model.get());
            else
                alone.push_back(model.get());
            result.subjects.push_back(std::move(model));
        };
        const installed* const old = like(found, 2, 0, 7);
        const installed* const middle = like(found, 3, 2, 9);
        const installed* const recent = like(found, 3, 10, 999);
        add(old, model_of_cpython_2(speed_of(old, limit_s)));
        add(middle, model_of_cpython_3_2(speed_of(middle, limit_s)));
        const speed now = speed_of(recent, limit_s);
        add(recent, model_of_cpython_3_10(now));
        for (auto* make : {model_of_fair_io, model_of_free_threaded, model_of_no_lock})
            add(recent, make(now));
    }
    for (const auto& one : found)
        result.groups.push_back(by_interpreter[&one]);
    for (auto* model : alone)
        result.groups.push_back({model});
    return result;
}

// Exit status: 0; 1 if a number that must be right was wrong, or an interpreter failed.
int measure(const options& chosen, int argc, char** argv, const std::vector<installed>& found) {
    const cast who = cast_of(chosen, found);
    std::map<const subject*, std::vector<one_case>> cases;
    std::vector<std::vector<contender>> groups;
    for (const auto& group : who.groups) {
        groups.emplace_back();
        for (std::size_t position = 0; position != group.size(); ++position) {
            subject* const one = group[position];
            auto& own = cases[one];
            own = cases_for(*one, {.repetitions = chosen.repetitions,
                                   .quick = chosen.quick,
                                   .compared = one->is_model() || group.size() > 1,
                                   .placed = position < 2});
            std::erase_if(own, [&](const one_case& each) {
                return each.name.find(chosen.only) == std::string::npos;
            });
            groups.back().push_back({one, &own});
        }
    }
    const std::vector<turn> order = in_turn(groups);
    std::size_t all = 0;
    for (const turn& next : order)
        all += next.what->repetitions;
    if (all == 0) {
        tally::kit::complain(
            "tally-interpreters: --only '{}' matches no row; try interpreter/cpu\n",
            tally::kit::shown(chosen.only));
        return 2;
    }

    if (const auto warning =
            tally::bench::warning_of(tally::bench::read_cpu_quota(), tally::native_team::cpus());
        !warning.empty())
        tally::kit::complain("tally-interpreters: " + warning);
    const json environment = environment_of(chosen, argc, argv);
    output file(chosen, environment, context_of(environment, found));
    std::vector<row> rows;
    std::map<std::string, unsigned> seen;  // rows of each name so far
    std::map<const one_case*, std::uint64_t> spent_ns;
    std::size_t done = 0;
    int status = 0;
    tally::kit::heed_interruptions();
    {
        progress shown(all, tally::kit::stderr_is_terminal());
        const auto keep = [&](row result) {
            result.repetition = seen[result.name]++;
            if (result.label == "wrong" || !result.error.empty()) {
                status = 1;
                shown.clear();
                tally::kit::complain("tally-interpreters: {}: {}\n", result.name,
                                     result.error.empty() ? "the number is wrong" : result.error);
            }
            rows.push_back(std::move(result));
        };
        // The outer loop repeats, so that what changes on the machine meanwhile meets all alike.
        for (unsigned repetition = 0; repetition != chosen.repetitions; ++repetition)
            for (const auto& [on, what] : order) {
                if (repetition >= what->repetitions) continue;
                if (tally::kit::interruption() != 0) break;
                auto& spent = spent_ns[what];
                if (!what->may_be_cut ||
                    spent < static_cast<std::uint64_t>(
                                std::chrono::nanoseconds(chosen.row_budget).count())) {
                    const std::uint64_t begin = tally::monotonic_ns();
                    std::vector<row> results = what->measure(*on);
                    spent += tally::monotonic_ns() - begin;
                    // The children are interrupted with us: what they said then is nothing.
                    if (tally::kit::interruption() != 0) break;
                    for (auto& one : results)
                        keep(std::move(one));
                    file.checkpoint(rows);
                }
                ++done;
                shown.step(what->name, true, all - done);
            }
    }
    const int signal = tally::kit::interruption();
    if (chosen.only.empty() && signal == 0)
        measure_embedded(fs::canonical("/proc/self/exe").parent_path(), chosen.repetitions, rows);
    add_speed_up(rows);
    file.write(rows);
    print_counts(rows);
    if (!file.where().empty()) tally::kit::print("{} rows in {}\n", rows.size(), file.where());
    if (signal != 0) {
        tally::kit::complain(
            "tally-interpreters: interrupted; {} of {} measurements were made and kept\n", done,
            all);
        return 128 + signal;
    }
    return status;
}

int program(int argc, char** argv) {
    options chosen;
    tally::kit::command_line line(
        "tally-interpreters",
        "What a global interpreter lock costs and protects: real ones and models.");
    line.option("--interpreter", tally::kit::texts(chosen.named, "FILE"),
                "measure this interpreter too");
    bool no_search = false;
    line.flag("--no-search", no_search, "only those that --interpreter names");
    bool no_models = false;
    line.flag("--no-models", no_models, "only real interpreters");
    line.flag("--quick", chosen.quick, "leave out the longest cases");
    line.flag("--list", chosen.list, "say what was found, and measure nothing");
    line.option("--only", tally::kit::text(chosen.only), "only rows whose name contains this");
    line.option("--repetitions", tally::kit::number(chosen.repetitions, 1, 100),
                "how often each row is measured, at most");
    line.option("--patience", tally::kit::time(chosen.patience, 1s, 10min),
                "a run of an interpreter that takes longer than this counts as a hang");
    line.option("--budget", tally::kit::time(chosen.row_budget, 1s, 1h),
                "a count that has cost so much is not repeated");
    line.option("--out", tally::kit::text(chosen.out, "FILE"),
                "write the table to this file, in Google Benchmark's JSON");
    line.option("--store", tally::kit::text(chosen.store, "FOLDER"),
                "folder of runs: the table goes into a new run there");
    line.option("--machine", tally::kit::text(chosen.machine, "NAME"),
                "the machine's name there (default: from its CPU)");
    if (!line.parse(argc, argv)) return 0;
    chosen.search = !no_search;
    chosen.models = !no_models;

    search_result known = chosen.search ? search() : search_result{};
    for (const auto& path : chosen.named) {
        std::string reason;
        if (!add_named(known, path, reason)) {
            tally::kit::complain("tally-interpreters: --interpreter {}: {}\n",
                                 tally::kit::shown(path), reason);
            return 2;
        }
    }
    for (const auto& note : known.notes)
        tally::kit::print("note: {}\n", note);
    if (known.found.empty())
        tally::kit::print("note: no Python interpreter was found; the models are measured alone\n");
    for (const auto& one : known.found)
        tally::kit::print("found: {:<20} {}\n", one.name, one.path);
    if (chosen.list) return 0;
    if (known.found.empty() && !chosen.models) {
        tally::kit::complain(
            "tally-interpreters: nothing to measure: no interpreter, and no models\n");
        return 2;
    }
    try {
        return measure(chosen, argc, argv, known.found);
    } catch (const std::exception& error) {
        tally::kit::complain("tally-interpreters: {}\n", tally::kit::shown(error.what()));
        return 2;
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-interpreters", program, argc, argv);
}
