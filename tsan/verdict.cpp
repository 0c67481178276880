// SPDX-License-Identifier: MIT
// tally-verdict: runs tally-stress in child processes and judges what came of it.
//
//   silent     a strategy's claims all hold, and ThreadSanitizer reports nothing
//   reported   a control is reported, at its increment's own file and line
//   caught     a specimen is caught by the claims (and the reports, where there are any)
//   timed      std::timed_mutex::try_lock_for, the one known false report, is as it is known
//
// One child per strategy and kind of waiting, so that a report cannot hide another. Ends with 0
// when it is as it should be, 1 when not, 2 on bad input, 5 when the runtime did not start.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "kit/child.hpp"
#include "kit/command_line.hpp"
#include "kit/exit_codes.hpp"
#include "kit/nearest.hpp"
#include "kit/program.hpp"
#include "stress/listed.hpp"
#include "tsan/report.hpp"
#include "tsan/runtime.hpp"

namespace {

using namespace std::chrono_literals;
using namespace tally;

using stress::describe;
using stress::listed;

// A race needs an unlucky schedule: the sanitizer's own tests try as often.
constexpr unsigned tries = 10;

// A right lock may stand still for seconds on a busy machine.
constexpr std::chrono::seconds a_right_locks_patience{60};

// What must be seen is tried until it is: at least `tries` times, and on a busy machine, where the
// threads of one attempt may hardly meet, for as long as this.
class until_seen {
public:
    bool goes_on(unsigned attempts_made) const {
        return attempts_made < tries || std::chrono::steady_clock::now() < end_;
    }

private:
    std::chrono::steady_clock::time_point end_ =
        std::chrono::steady_clock::now() + std::chrono::minutes(2);
};

std::string in_tries(unsigned attempts) { return " in " + std::to_string(attempts) + " tries"; }

struct options {
    std::string program;                // tally-stress
    std::string strategy;               //
    std::vector<std::string> waitings;  // all, if none is named
    std::string source;                 // where the increment stands
    std::string suppressions;           // the empty file
    std::string symbolizer;             // clang's runtime wants one
    std::chrono::milliseconds budget{20};
    std::chrono::milliseconds patience{0};  // without a step; 0: what the verdict needs
};

kit::child_result run(const options& with, const std::vector<std::string>& command) {
    constexpr std::chrono::minutes limit(4);
    return tsan::runtime{.suppressions = with.suppressions, .symbolizer = with.symbolizer}.run(
        command, limit);
}

std::vector<listed> list(const options& with) {
    const auto seen = run(with, {with.program, "--list-strategies"});
    if (seen.exit_code != 0) throw std::runtime_error("cannot list strategies:\n" + seen.output);
    return stress::from_json(seen.output);
}

std::vector<listed> entries(const options& with) {
    const auto all = list(with);
    std::vector<listed> ours;
    std::vector<std::string> names;
    for (const auto& one : all) {
        const bool wanted = with.waitings.empty() ||
                            std::find(with.waitings.begin(), with.waitings.end(), one.waiting) !=
                                with.waitings.end();
        if (one.name == with.strategy && wanted) ours.push_back(one);
        names.push_back(one.name);
    }
    if (ours.empty())
        throw kit::bad_input("there is no strategy '" + with.strategy +
                             "'; near it: " + kit::nearest(with.strategy, names));
    return ours;
}

// `filter` picks tests of tally-stress, in Catch2's language; more time with each attempt, up to a
// bound. The first refuted claim ends it.
kit::child_result attack(const options& with, const std::string& filter, unsigned attempt) {
    return run(with, {with.program, filter, "--abort", "--budget",
                      kit::to_text(with.budget * (std::min(attempt, tries) + 1)), "--patience",
                      kit::to_text(with.patience != 0s ? with.patience : a_right_locks_patience)});
}

// The claim that goes through a counter, where the increment stands.
std::string counting(const listed& who) {
    return '[' + who.name + "][" + who.waiting + "]*read is exact*";
}

int wrong(const listed& who, const std::string& what, const kit::child_result& seen) {
    std::printf("WRONG: %s/%s: %s\n%s\n", who.name.c_str(), who.waiting.c_str(), what.c_str(),
                seen.output.c_str());
    return kit::exit_refuted;
}

int judge_silent(const options& with) {
    for (const auto& who : entries(with)) {
        if (who.claims == 0) {
            std::printf("%s/%s: makes no claim\n", who.name.c_str(), who.waiting.c_str());
            continue;
        }
        const auto seen = attack(with, who.all_claims(), 0);
        const auto reports = tsan::reports_in(seen.output);
        if (!reports.empty())
            return wrong(who,
                         "reported " + std::to_string(reports.size()) + " times, first as a " +
                             reports.front().kind,
                         seen);
        if (seen.exit_code != 0) return wrong(who, describe(seen), seen);
        std::printf("%s/%s: silent, and all claims hold\n", who.name.c_str(), who.waiting.c_str());
    }
    return 0;
}

// "path:line" of every line in which the counter reads or writes its number to add to it.
std::vector<std::string> increments_in(const std::string& source) {
    std::ifstream text(source);
    if (!text) throw kit::bad_input("cannot read " + source);
    std::vector<std::string> found;
    unsigned number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        const bool reads_back = line.find("return value_.read()") != std::string::npos;
        if (!reads_back && (line.find("value_.read()") != std::string::npos ||
                            line.find("value_.write(") != std::string::npos))
            found.push_back(source + ':' + std::to_string(number));
    }
    if (found.empty()) throw kit::bad_input("no increment of value_ in " + source);
    return found;
}

int judge_reported(const options& with) {
    const auto lines = increments_in(with.source);
    for (const auto& who : entries(with)) {
        std::string at;
        kit::child_result seen;
        unsigned attempt = 0;
        for (const until_seen patience; at.empty() && patience.goes_on(attempt); ++attempt) {
            seen = attack(with, counting(who), attempt);
            for (const auto& report : tsan::reports_in(seen.output))
                for (const auto& access : report.accesses)
                    if (std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
                            return tsan::same_place(access, line);
                        }))
                        at = access;
        }
        if (at.empty())
            return wrong(
                who, "not reported at its increment (" + lines.front() + ")" + in_tries(attempt),
                seen);
        if (seen.exit_code != kit::exit_reported)
            return wrong(
                who, "reported, but ended with exit code " + std::to_string(seen.exit_code), seen);
        std::printf("%s/%s: reported at %s, in try %u\n", who.name.c_str(), who.waiting.c_str(),
                    at.c_str(), attempt);
    }
    return 0;
}

bool is_in(const detector_set& which, const std::string& detector) {
    return detector == "tsan" ? which.tsan : which.stress;
}

// How long without a step is a hang. A right lock may stand still for seconds on a busy machine;
// where a hang is what may well come, it is not waited for as long; and no sanitizer reports one.
std::chrono::seconds patience_for(const stress::listed_specimen& says,
                                  const std::string& detector) {
    if (detector == "tsan") return is_in(says.caught_by, detector) ? 5s : 2s;
    return says.is_correct() ? a_right_locks_patience : 2s;
}

// A specimen that names this detector must be caught, in some kind of waiting; a correct one must
// not be accused, in any, unless it names the detector as one that may. One that a stress run may
// miss is not shown to it: what it does then says nothing.
int judge_caught(options with, const std::string& detector) {
    const auto all = entries(with);
    if (!all.front().specimen)
        throw kit::bad_input("'" + with.strategy + "' is not a specimen: nothing has to catch it");
    const auto& says = *all.front().specimen;
    const bool must = is_in(says.caught_by, detector);
    const bool may = is_in(says.missed_by, detector);
    if (!must && !says.is_correct() && detector == "stress") {
        std::printf("%s: it says that a stress run need not catch it%s%s\n", with.strategy.c_str(),
                    may ? ": " : "", may ? says.why_missed.c_str() : "");
        return 0;
    }
    if (with.patience == 0s) with.patience = patience_for(says, detector);
    kit::child_result seen;
    unsigned attempt = 0;
    for (const until_seen patience; must ? patience.goes_on(attempt) : attempt == 0; ++attempt)
        for (const auto& who : all) {
            if (!who.shows_here()) continue;
            seen = attack(with, who.all_claims(), attempt);
            // A claim that fails under the sanitizer is not the sanitizer's merit.
            const bool accused =
                detector == "tsan" ? !tsan::reports_in(seen.output).empty() : seen.exit_code != 0;
            std::printf("%s/%s: %s%s\n", who.name.c_str(), who.waiting.c_str(), describe(seen),
                        may && accused ? ", although it need not be" : "");
            if (must && accused) return 0;
            if (says.is_correct() && accused && !may)
                return wrong(who, "correct, and accused", seen);
        }
    if (must) return wrong(all.front(), "not caught by " + detector + in_tries(attempt), seen);
    return 0;
}

// The program says which runtime it was built with, and whether that one lacks the interceptor.
int judge_timed(const options& with) {
    const auto about = run(with, {with.program, "--runtime"});
    const bool lacks = about.exit_code == 1;
    bool reported = false;
    unsigned attempt = 0;
    for (const until_seen patience;
         !reported && (lacks ? patience.goes_on(attempt) : attempt != tries); ++attempt) {
        const auto seen = run(with, {with.program});
        reported = !tsan::reports_in(seen.output).empty();
        if (!reported && seen.exit_code != 0) {
            std::printf("WRONG: it did not run:\n%s\n", seen.output.c_str());
            return kit::exit_refuted;
        }
    }
    std::printf("std::timed_mutex::try_lock_for is %s; %s",
                reported ? "falsely reported" : "silent", about.output.c_str());
    if (reported == lacks) return 0;
    std::printf("WRONG: that is not what is known of this runtime: see tsan/timed_try.cpp\n");
    return kit::exit_refuted;
}

int program(int argc, char** argv) {
    kit::command_line line("tally-verdict", "Judges tally-stress, run in child processes.");
    line.need_verb();
    options with;
    std::string detector = "stress";
    const auto add = [&](const char* name, const char* what) -> kit::command_line& {
        auto& mode = line.verb(name, what);
        mode.word("program", kit::existing_file(with.program), "tally-stress");
        mode.option("--suppressions", kit::existing_file(with.suppressions), "of ThreadSanitizer");
        mode.option("--symbolizer", kit::text(with.symbolizer, "FILE"), "of ThreadSanitizer");
        return mode;
    };
    const auto add_for_strategy = [&](const char* name, const char* what) -> kit::command_line& {
        auto& mode = add(name, what);
        mode.needed("--strategy", kit::text(with.strategy, "NAME"), "who is judged");
        mode.option("--waiting", kit::texts(with.waitings, "KIND"),
                    "only this kind of waiting: spin, yield, park");
        mode.option("--budget", kit::time(with.budget, 1ms, 1min), "time to spend on each claim");
        mode.option("--patience", kit::time(with.patience, 1s, 10min),
                    "no step by any thread for this long counts as a hang (default: what the "
                    "verdict needs)");
        return mode;
    };
    const auto& silent = add_for_strategy("silent", "all claims hold and nothing is reported");
    auto& reported = add_for_strategy("reported", "reported at the increment");
    reported.needed("--source", kit::existing_file(with.source), "where the increment stands");
    auto& caught = add_for_strategy("caught", "a specimen is caught");
    caught.option("--detector", kit::one_of(detector, {"stress", "tsan"}, "NAME"),
                  "who must catch it: stress, tsan");
    add("timed", "try_lock_for is as it is known");
    if (!line.parse(argc, argv)) return 0;
    try {
        if (silent.chosen()) return judge_silent(with);
        if (reported.chosen()) return judge_reported(with);
        if (caught.chosen()) return judge_caught(with, detector);
        return judge_timed(with);
    } catch (const tsan::not_started& refusal) {
        std::printf("%s\n", refusal.what());
        return kit::exit_cannot_say;
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-verdict", program, argc, argv);
}
