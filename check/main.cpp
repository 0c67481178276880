// SPDX-License-Identifier: MIT
// tally-check: claims decided on the checked machine. See docs/checked-machine.md.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "check/audit.hpp"
#include "check/decide.hpp"
#include "check/evidence.hpp"
#include "check/hunt.hpp"
#include "check/interpreted.hpp"
#include "check/jobs.hpp"
#include "check/options.hpp"
#include "check/programs.hpp"
#include "check/replayed.hpp"
#include "check/report_json.hpp"
#include "check/source.hpp"
#include "check/story.hpp"
#include "check/trying.hpp"
#include "claims/listing.hpp"
#include "kit/columns.hpp"
#include "kit/exit_codes.hpp"
#include "kit/format.hpp"
#include "kit/judge.hpp"
#include "kit/nearest.hpp"
#include "kit/whole_file.hpp"

namespace {

using namespace tally;
using namespace tally::check;

constexpr std::size_t columns = kit::terminal_columns;

// A name is a subject's, or a family's and stands for all of it.
std::vector<const entry*> find(const catalogue& all, const std::string& name) {
    std::vector<const entry*> found;
    for (const auto& each : all.entries)
        if (each.what.name == name || each.what.family == name) found.push_back(&each);
    return found;
}

void list(const catalogue& all) {
    for (const auto& each : all.entries) {
        const subject_report known = report_on(each);
        std::string line = fmt::format("{:<28} {:<9}", known.name, known.kind);
        const std::string below(line.size(), ' ');
        const char* before = " ";
        for (const auto& claim : each.programs) {
            if (line.size() + claim.id.size() + 3 > columns) {
                kit::print("{},\n", line);
                line = below;
                before = " ";
            }
            line += before;
            line += claim.id;
            before = ", ";
        }
        kit::print("{}\n", line);
    }
}

// --- Progress, on a terminal only ---------------------------------------------------------------

std::function<void(std::uint64_t, double)> progress_of(std::string what) {
    if (::isatty(STDERR_FILENO) == 0) return {};
    return [what = std::move(what)](std::uint64_t executions, double seconds) {
        kit::complain("\r{}: {} executions, {:.0f} s\x1b[K", what, executions, seconds);
        std::fflush(stderr);
    };
}

void end_progress() {
    if (::isatty(STDERR_FILENO) != 0) kit::complain("\r\x1b[K");
}

// --- One subject --------------------------------------------------------------------------------

void print(const decision& made) {
    std::string verdict = "holds, " + made.verdict;
    if (!made.found.empty()) verdict = "REFUTED";
    if (!made.decided())
        verdict = "NO VERDICT: no execution came to an end (" + made.verdict +
                  "); a loop of the lock's own has to end each turn with pause()";
    kit::print("{}",
               kit::fit_columns(fmt::format("    {} x {}  {}", made.threads, made.rounds, verdict),
                                columns));
    kit::print("           {} executions, {} given up, {} graphs, {:.3f} s, {:.0f}/s\n",
               made.executions, made.blocked, made.graphs, made.seconds,
               made.seconds > 0 ? static_cast<double>(made.executions + made.blocked) / made.seconds
                                : 0.0);
}

void print(const std::string& subject, const finding& found) {
    const std::string again = found.kind + ": ";
    const bool twice = found.what.rfind(again, 0) == 0;
    kit::print("\n{}\n{}\nreplay: tally-check {} --replay '{}'\n\n",
               kit::fit_columns((twice ? "" : again) + found.what, columns), found.story, subject,
               found.replay);
}

void print(const weakened_order& order) {
    kit::print("  {:<24} {} {}\n", order.what.by.place(), order.what.operation,
               order.what.orders());
    const std::string verdict =
        order.caught_by.empty() ? told_of_survivor(order) : "caught: " + order.caught_by;
    kit::print("{}", kit::fit_columns("      " + verdict, columns));
}

// In which files the orders stand that were weakened, or that none was found to weaken.
void print(const std::vector<audited_file>& files) {
    for (const auto& each : files)
        kit::print(
            "{}",
            kit::fit_columns(
                fmt::format(
                    "  {} accesses with an order in {}{}", each.accesses, each.file,
                    each.subject.empty() ? "" : ": audited as " + each.subject + ", not here"),
                columns));
    if (files.empty()) kit::print("  no access with an order that could be weaker was made\n");
}

// What was asked for in place of each claim's own sizes.
std::optional<size> asked_for(const options& with) {
    if (with.threads == 0 && with.rounds == 0) return {};
    return size{with.threads != 0 ? with.threads : 2, with.rounds != 0 ? with.rounds : 1};
}

// What was asked for, against the accesses that the subject really makes.
std::vector<weakening> weakenings(const options& with, const entry& who) {
    asked_weakening asked;
    try {
        asked = read_weakening(with.weaken);
    } catch (const std::invalid_argument& wrong) {
        throw bad_input(wrong.what());
    }
    std::vector<model::access_site> sites;
    for (const auto& claim : who.programs)
        for (const size at : sizes_of(claim, asked_for(with)))
            (void)decide(claim, at, with.explore, &sites);
    std::vector<weakening> found;
    std::set<std::string> places;
    for (const auto& s : sites) {
        if (s.order == relaxed || s.on_failure) continue;
        places.insert(short_place(s.where));
        if (asked.means(s.where)) found.push_back({s.where, s.on_failure, asked.to});
    }
    if (found.empty())
        throw bad_input(fmt::format(
            "--weaken: {} makes no access with an order at {}: {}", who.what.name, asked.place(),
            places.empty() ? "it makes none at all"
                           : "nearest: " + kit::nearest(asked.place(), places)));
    return found;
}

int check_subject(const entry& who, const options& with) {
    model::options how = with.explore;
    if (!with.weaken.empty()) how.weakened = weakenings(with, who);
    kit::print("{}  ({} {})\n", who.what.name, report_on(who).kind, who.what.file);
    bool refuted = false;
    bool undecided = false;
    now_deciding(who.what.name);
    std::set<std::string> told;  // kinds of failure, each told once
    for (const auto& claim : who.programs) {
        if (!with.claim.empty() && claim.id != with.claim) continue;
        kit::print("  {}\n", claim.sentence);
        for (const size at : sizes_of(claim, asked_for(with))) {
            how.progress = progress_of(std::string(claim.sentence));
            const decision made = decide(claim, at, how);
            end_progress();
            print(made);
            undecided = undecided || !made.decided();
            for (const auto& found : made.found) {
                refuted = true;
                if (with.stories && told.insert(found.kind).second)
                    print(std::string(who.what.name), found);
            }
            std::fflush(stdout);
        }
    }
    if (with.claim.empty() && !who.not_claimed.empty()) {
        std::string line = "  not claimed, and so not tried:";
        for (const auto sentence : who.not_claimed) {
            line += sentence == who.not_claimed.front() ? " " : "; ";
            line += sentence;
        }
        kit::print("{}", kit::fit_columns(line, columns));
    }
    if (with.audit) {
        const audit_result judged = audit(who, how, asked_for(with));
        kit::print("\n  Each order weakened by a step:\n");
        print(judged.files);
        for (const auto& order : judged.orders) {
            print(order);
            if (order.caught_by.empty() && order.reason.empty()) refuted = true;
        }
    }
    return refuted ? kit::exit_refuted : undecided ? kit::exit_cannot_say : 0;
}

int print_outcomes(const entry& who, const options& with) {
    if (who.final_number == nullptr)
        throw bad_input(fmt::format("{} has no number to end with", who.what.name));
    const size at{with.threads != 0 ? with.threads : 2, with.rounds != 0 ? with.rounds : 2};
    model::options how = with.explore;
    how.races = false;  // what a race does to the number is the question here
    how.progress = progress_of("outcomes");
    now_deciding(who.what.name);
    now_trying("the numbers that it can end with", at, false);
    const auto seen = model::explore(
        [run = who.final_number, at] {
            return model::outcome{true, std::to_string(run({at.threads, at.rounds}))};
        },
        how);
    end_progress();
    kit::print("{}: {} threads, {} increments each; {} executions, {}\n\n", who.what.name,
               at.threads, at.rounds, seen.executions, seen.verdict);
    std::vector<std::pair<std::uint64_t, std::string>> numbers;
    for (const auto& [text, outcome] : seen.outcomes)
        numbers.emplace_back(std::stoull(text), outcome.replay);
    std::sort(numbers.begin(), numbers.end());
    for (const auto& [number, execution] : numbers) {
        const auto made = std::uint64_t{at.threads} * at.rounds;
        if (number == made)
            kit::print("It can end with {}, nothing lost:\n\n", number);
        else
            kit::print("It can end with {}, {} of {} updates lost:\n\n", number, made - number,
                       made);
        // The same execution again, taken for a failure, so that its steps are told.
        model::options again = how;
        again.replay = execution;
        const auto told = model::explore(
            [run = who.final_number, at] {
                const auto n = run({at.threads, at.rounds});
                return model::outcome{false, "the number is " + std::to_string(n)};
            },
            again);
        for (const auto& failure : told.failures)
            kit::print("{}\n", tell(failure));
    }
    for (const auto& failure : seen.failures)
        kit::print("{}: {}\n{}\n", to_string(failure.kind), failure.what, tell(failure));
    return seen.failures.empty() ? 0 : kit::exit_refuted;
}

int replay(const entry& who, const options& with) {
    replay_string read;
    try {
        read = read_replay(with.replay);
    } catch (const std::invalid_argument& wrong) {
        throw bad_input(wrong.what());
    }
    if (read.at.threads > most_threads || read.at.rounds > most_rounds)
        throw bad_input(fmt::format("the sizes in a replay string are at most {}x{}, got {}x{}",
                                    most_threads, most_rounds, read.at.threads, read.at.rounds));
    for (const auto& claim : who.programs) {
        if (claim.id != read.claim) continue;
        now_deciding(who.what.name);
        model::options how = with.explore;
        if (!with.weaken.empty()) how.weakened = weakenings(with, who);
        how.replay = read.execution;
        decision made;
        try {
            made = decide(claim, read.at, how);
        } catch (const std::invalid_argument& wrong) {
            throw bad_input(
                fmt::format("--replay does not fit {}: {}", who.what.name, wrong.what()));
        }
        for (const auto& found : made.found)
            print(std::string(who.what.name), found);
        if (made.found.empty()) kit::print("the execution fails no claim\n");
        return made.found.empty() ? 0 : kit::exit_refuted;
    }
    throw bad_input(fmt::format("{} makes no claim '{}'", who.what.name, read.claim));
}

// --- The whole catalogue ------------------------------------------------------------------------

void check_writable(const std::filesystem::path& file) {
    if (file.empty()) return;
    try {
        kit::expect_writable(file);
    } catch (const kit::cannot_write& wrong) {
        throw bad_input(wrong.what());
    }
}

std::string first_failure(const subject_report& report) {
    for (const auto& made : report.decisions)
        if (!made.found.empty()) return made.found.front().kind;
    return {};
}

// Every subject, or those that are named: is it what it should be?
int judge(const catalogue& all, const options& with) {
    check_writable(with.evidence);
    check_writable(with.json);
    std::vector<job> jobs;
    for (const auto& each : all.entries) {
        if (!with.all &&
            std::find(with.names.begin(), with.names.end(), each.what.name) == with.names.end())
            continue;
        const bool audits = with.audit && !each.specimen && !each.control;
        jobs.push_back({report_on(each), [&each, &with, audits] {
                            subject_report report = decide_all(each, with.explore);
                            report.audited = audits;
                            if (audits) {
                                audit_result judged =
                                    audit(each, with.explore, asked_for(with), with.searches);
                                report.orders = std::move(judged.orders);
                                report.files = std::move(judged.files);
                            }
                            if (with.searches && each.kind != kind::program)
                                report.hunts = hunt_by_each_search(each, with.explore);
                            return report;
                        }});
    }
    // For one that comes to no end by itself; far more than any takes on a machine that is busy.
    constexpr double seconds_each = 1200;
    std::size_t ended = 0;
    std::size_t wrong = 0;
    const auto reports = run_jobs(jobs, with.jobs, seconds_each, [&](const subject_report& r) {
        ++ended;
        std::size_t survivors = 0;
        for (const auto& order : r.orders)
            if (order.caught_by.empty()) ++survivors;
        std::string orders;
        if (r.audited && !r.orders.empty())
            orders = fmt::format(", {} of {} orders shown necessary", r.orders.size() - survivors,
                                 r.orders.size());
        kit::print("[{}/{}] {:<30} {}{}{}\n", ended, jobs.size(), r.name,
                   !r.broke_off.empty() ? r.broke_off
                   : r.failed()         ? "caught: " + first_failure(r)
                   : !r.decided()       ? "no verdict: no execution came to an end"
                   : r.complete()       ? "holds, complete"
                                        : "holds, bounded",
                   orders, r.as_expected() ? "" : "   <-- NOT AS EXPECTED");
        if (!r.as_expected()) ++wrong;
        std::fflush(stdout);
    });
    if (with.replays) wrong += replay_all(reports);
    for (const auto& report : reports)
        if (!report.as_expected()) {
            for (const auto& d : report.decisions)
                for (const auto& found : d.found)
                    if (!report.must_be_caught) print(report.name, found);
            for (const auto& order : report.orders)
                if (order.caught_by.empty() && order.reason.empty()) print(order);
        }
    if (!with.evidence.empty()) kit::write_whole(with.evidence, evidence_page(reports));
    if (!with.json.empty()) kit::write_whole(with.json, nlohmann::json(reports).dump(1) + "\n");
    kit::print("{} subjects, {} not as expected\n", reports.size(), wrong);
    return wrong == 0 ? 0 : kit::exit_refuted;
}

int program(int argc, char** argv) {
    catalogue all;
    fill(all);
    enter_interpreted(all);
    enter_protocols(all);
    const auto read = read_options(argc, argv, all);
    if (!read) return 0;
    const options& with = *read;
    if (with.list) {
        list(all);
        return 0;
    }
    if (with.catalogue) {
        std::vector<stress::listed_subject> known;
        for (const auto& each : all.entries)
            if (!each.what.sentence.empty()) known.push_back({each.what, each.is});
        kit::print(stress::listing(known));
        return 0;
    }
    if (with.all || with.judge) return judge(all, with);
    watch_decisions();
    if (!with.replay.empty()) return replay(*find(all, with.names.front()).front(), with);
    // Verdicts only: to be audited, weakened and so on they are subjects like others.
    if (with.interpreted && !with.audit && !with.outcomes && with.weaken.empty())
        return check_interpreted(all, with);
    int worst = 0;
    for (const auto& name : with.names)
        for (const entry* who : find(all, name))
            worst = std::max(
                worst, with.outcomes ? print_outcomes(*who, with) : check_subject(*who, with));
    return worst;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_judged("tally-check", program, argc, argv);
}
