// SPDX-License-Identifier: MIT
#include "bench/matrix.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "bench/cost_floor.hpp"
#include "bench/process/team.hpp"
#include "kit/interruption.hpp"
#include "machines/native_team.hpp"
#include "machines/process/contract.hpp"

namespace tally::bench {

namespace {

bool chosen(const std::vector<std::string>& wanted, std::string_view name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

row identity_of(const strategy& s, std::string_view workload, std::string_view parameters,
                unsigned threads) {
    row out;
    out.name =
        fmt::format("{}/{}/{}/{}threads:{}", workload, s.info.name, s.waiting, parameters, threads);
    out.parts = runs::parse_row_name(out.name).value();
    out.family = s.info.family;
    out.scope = "thread";
    out.note = s.note;
    out.exact = s.traits.exact;
    out.control = s.traits.control;
    out.shared = s.traits.shared;
    out.workers = threads;
    return out;
}

// See selection::representatives.
bool represents(const strategy& s, unsigned workers) {
    if (s.info.family == "extra") return true;
    if (s.waiting != "spin" && s.waiting != "yield" && s.waiting != "park") return true;
    return s.waiting == (workers <= native_team::cpus() ? "spin" : "park");
}

// Its number means something: a claim to be checked, or a control whose losses are shown.
bool counts(const strategy& s) { return s.traits.exact || s.traits.control; }

std::uint64_t steps_for(std::chrono::nanoseconds time, double step_ns) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(time.count()) / step_ns));
}

// One folder for the whole run; each row's lock has its label in it.
const process::run_folder& folder_of_this_run() {
    static const process::run_folder folder;
    return folder;
}

measured measure_processes(const row& of, const measuring& with, const strategy& s) {
    try {
        const auto name = folder_of_this_run().name("counter");
        const auto on = s.make_process(name, process::opening::create);
        const auto team =
            make_process_team(std::string(s.info.name), std::string(s.waiting), name, with.sheet);
        return measure_window(of, with, *on, counts(s), *team);
    } catch (const std::system_error& failure) {
        // No folder to share, or no room in it: this row cannot be had, and the others can.
        measured out{of};
        out.result.error = fmt::format("cannot make the lock: {}", failure.what());
        return out;
    }
}

void add_process_rows(std::vector<planned_row>& rows, const strategy& s, const selection& wanted) {
    for (const unsigned workers : wanted.threads) {
        if (workers > process::most_members) continue;
        auto identity = identity_of(s, "counter", "scope:process/", workers);
        identity.scope = "process";
        rows.push_back({identity, [&s](const row& of, const measuring& with) {
                            return measure_processes(of, with, s);
                        }});
    }
}

void add_counter_rows(std::vector<planned_row>& rows, const strategy& s, const selection& wanted) {
    if (s.make_process != nullptr) return add_process_rows(rows, s, wanted);
    for (const unsigned threads : wanted.threads)
        rows.push_back({identity_of(s, "counter", "", threads),
                        [&s](const row& identity, const measuring& with) {
                            const auto on = s.make_counter();
                            return measure_window(identity, with, *on, counts(s));
                        }});
    if (s.make_counter_apart == nullptr) return;
    for (const unsigned threads : wanted.threads_apart)
        rows.push_back({identity_of(s, "counter", "data:apart/", threads),
                        [&s](const row& identity, const measuring& with) {
                            const auto on = s.make_counter_apart();
                            return measure_window(identity, with, *on, counts(s));
                        }});
}

void add_section_rows(std::vector<planned_row>& rows, const strategy& s, const selection& wanted) {
    if (s.make_sections == nullptr) return;
    for (const auto& lengths : wanted.cases)
        for (const unsigned threads : wanted.section_threads)
            rows.push_back({identity_of(s, "sections",
                                        fmt::format("cs:{}/ncs:{}/", to_text(lengths.critical),
                                                    to_text(lengths.outside)),
                                        threads),
                            [&s, lengths](const row& identity, const measuring& with) {
                                const double step = with.calibrated.step_ns;
                                const auto on = s.make_sections({steps_for(lengths.critical, step),
                                                                 steps_for(lengths.outside, step)});
                                return measure_window(identity, with, *on, counts(s));
                            }});
}

void add_floor_row(std::vector<planned_row>& rows, const strategy& s) {
    if (!has_loop_by_hand(s.info.name)) return;
    rows.push_back({identity_of(s, "floor", "", 1),
                    [&s](const row& identity, const measuring& with) {
                        return measure_cost_floor(identity, with, s, counts(s));
                    },
                    cost_floor_windows});
}

}  // namespace

std::vector<planned_row> make_matrix(const catalogue& from, const selection& wanted) {
    std::vector<planned_row> rows;
    for (const auto workload : workload_names) {
        if (!chosen(wanted.workloads, workload)) continue;
        for (const auto& s : from.strategies) {
            if (!chosen(wanted.strategies, s.info.name) || !chosen(wanted.waitings, s.waiting))
                continue;
            const std::size_t before = rows.size();
            if (workload == "counter") add_counter_rows(rows, s, wanted);
            if (workload == "sections") add_section_rows(rows, s, wanted);
            if (workload == "floor") add_floor_row(rows, s);
            if (!wanted.representatives) continue;
            const auto left_out = std::remove_if(
                rows.begin() + static_cast<std::ptrdiff_t>(before), rows.end(),
                [&](const planned_row& each) { return !represents(s, each.identity.workers); });
            rows.erase(left_out, rows.end());
        }
    }
    return rows;
}

measured measure_window(const row& identity, const measuring& with, contest& on, bool counts) {
    const auto threads = make_thread_team();
    return measure_window(identity, with, on, counts, *threads);
}

measured measure_window(const row& identity, const measuring& with, contest& on, bool counts,
                        team& by) {
    measured out{identity};
    try {
        const auto window = run_window({identity.workers, with.warm_up, with.length}, on, by,
                                       with.sheet, with.calibrated.timing, with.hang);
        out.interrupted = window.interrupted;
        if (window.interrupted) return out;
        out.dirty = window.dirty;
        out.result.real_ns = static_cast<double>(window.length().count());
        for (const auto& tally : window.tallies)
            out.result.cpu_ns += static_cast<double>(tally.cpu_time);
        out.result.figures =
            reduce(window, {with.calibrated.timing.sample_ns, native_team::cpus(), counts});
        if (identity.exact && window.made != window.counted)
            out.result.error =
                fmt::format("wrong count: {} made {} increments, the counter says {}",
                            identity.parts.strategy, window.made, window.counted);
    } catch (const std::system_error& failure) {
        // Ctrl-C reaches a whole team of processes: that they are gone says nothing of the lock.
        out.interrupted = kit::interruption() != 0;
        out.result.error =
            fmt::format("cannot start {} {}: {}", identity.workers,
                        by.scope() == "process" ? "processes" : "threads", failure.what());
    }
    return out;
}

}  // namespace tally::bench
