// SPDX-License-Identifier: MIT
#include "check/options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "check/decide.hpp"
#include "check/interpreted.hpp"
#include "kit/command_line.hpp"
#include "kit/nearest.hpp"
#include "machines/left_out.hpp"

namespace tally::check {

using namespace std::chrono_literals;

namespace {

template <class Names>
[[noreturn]] void unknown(std::string_view what, const std::string& typed, const Names& known) {
    throw bad_input(
        fmt::format("unknown {} '{}': did you mean {}?", what, typed, kit::nearest(typed, known)));
}

void check_names(const options& read, const catalogue& all) {
    std::vector<std::string> known;
    for (const auto& each : all.entries)
        for (const auto name : {each.what.name, each.what.family})
            if (std::find(known.begin(), known.end(), name) == known.end())
                known.emplace_back(name);
    for (const auto& name : read.names) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        for (const auto& absent : left_out())
            if (absent.name == name)
                throw bad_input(
                    fmt::format("'{}' was left out of this build: {}", name, absent.reason));
        unknown("subject", name, known);
    }
    if (read.claim.empty()) return;
    std::vector<std::string> claims;
    for (const auto& each : all.entries)
        for (const auto& claim : each.programs)
            if (std::find(claims.begin(), claims.end(), claim.id) == claims.end())
                claims.emplace_back(claim.id);
    if (std::find(claims.begin(), claims.end(), read.claim) == claims.end())
        unknown("claim", read.claim, claims);
    // A family is asked for those of its members that make the claim.
    for (const auto& name : read.names) {
        std::string made;
        bool makes_it = false;
        for (const auto& each : all.entries) {
            if (each.what.name != name && each.what.family != name) continue;
            for (const auto& claim : each.programs) {
                makes_it = makes_it || claim.id == read.claim;
                if (made.find(claim.id) == std::string::npos)
                    made += (made.empty() ? "" : ", ") + std::string(claim.id);
            }
        }
        if (!makes_it)
            throw bad_input(fmt::format("{} does not claim {}, but {}", name, read.claim, made));
    }
}

// interpreted [GENERATION [PROGRAM]]
void take_interpreted(options& read) {
    read.interpreted = true;
    read.names.resize(std::max<std::size_t>(read.names.size(), 3));
    if (read.names.size() > 3)
        throw bad_input("interpreted takes a generation and a program, and nothing else, got '" +
                        read.names[3] + "'");
    read.names = interpreted_names(read.names[1], read.names[2]);
}

}  // namespace

std::optional<options> read_options(int argc, char** argv, const catalogue& all) {
    options read;
    std::optional<unsigned> threads;
    std::optional<unsigned> rounds;
    std::optional<unsigned> pct;
    std::optional<unsigned> preemptions;
    std::chrono::nanoseconds budget = 10s;
    double seconds = -1;
    std::string evidence;
    std::string json;
    bool random = false;
    bool no_reduction = false;
    bool no_story = false;

    kit::command_line line("tally-check",
                           "Decides claims about locks and counters: every interleaving, every "
                           "weak-memory outcome.");
    line.optional_word("strategy", kit::texts(read.names, "NAME"),
                       "names of locks, counters, specimens, programs (--list); or interpreted "
                       "[GENERATION [PROGRAM]]: can num += 1 lose an update?");
    line.option("--strategy", kit::texts(read.names, "NAME"), "the same");
    line.flag("--all", read.all,
              "the whole catalogue and all specimens, each judged by its expected outcome");
    line.flag("--judge", read.judge, "the named subjects, each judged by its expected outcome");
    line.flag("--catalogue", read.catalogue, "what each lock and counter is and says of itself");
    line.flag("--list", read.list, "name, kind and claims of each");
    line.option("--claim", kit::text(read.claim, "NAME"), "only this claim, by its id (--list)");
    line.option("--threads", kit::number(threads, 1, most_threads),
                "how many threads (default: each claim's own sizes)");
    line.option("--rounds", kit::number(rounds, 1, most_rounds), "per thread");
    line.flag("--audit", read.audit,
              "weaken each memory order by a step and see what notices; what survives is tried at "
              "larger sizes, within --budget for each");
    line.flag("--outcomes", read.outcomes,
              "every number that the increments can end with, each with one execution");
    line.option("--replay", kit::text(read.replay),
                "run the failing execution again that this string describes");
    line.option("--weaken", kit::text(read.weaken, "FILE:LINE:ORDER"),
                "give the access on that line this order instead");
    line.flag("--no-story", no_story, "verdicts only");
    line.flag("--random", random, "random executions instead of all");
    line.option("--pct", kit::number(pct, 1, 64),
                "random priorities with N - 1 changes (Burckhardt et al. 2010)");
    line.option("--seed", kit::number(read.explore.seed, 0, UINT64_MAX),
                "seed for --random and --pct");
    line.option("--executions", kit::number(read.explore.executions, 0, UINT64_MAX),
                "at most this many executions (default: no limit; with --random 10000)");
    line.option("--preemptions", kit::number(preemptions, 0, 1'000'000),
                "at most this many in one execution");
    line.option("--budget", kit::time(budget, 0s, 24h),
                "at most this much CPU time for each claim at each size; 0s: no limit");
    line.hidden_option("--seconds", kit::number(seconds, 0, 86'400));
    line.flag("--no-reduction", no_reduction, "plain search: every interleaving, for comparison");
    line.option("--jobs", kit::number(read.jobs, 1, 256),
                "with --all, subjects decided at the same time; otherwise, processes that share a "
                "long search");
    line.option("--evidence", kit::text(evidence, "FILE"),
                "with --all: write the page of evidence here");
    line.flag("--replays", read.replays,
              "with --all or --judge: run each failure's replay string in a fresh process");
    line.flag("--searches", read.searches,
              "with --all: hunt each subject and each weakened order by each kind of search");
    line.option("--json", kit::text(json, "FILE"), "with --all: write the facts behind it here");
    line.end_with(
        "Exit codes: 0 all as expected; 1 a claim is refuted, or a subject ended the program; "
        "2 bad input; 5 no verdict.");
    if (!line.parse(argc, argv)) return std::nullopt;
    if (read.list || read.catalogue) return read;
    read.evidence = evidence;
    read.json = json;

    if (read.outcomes + read.audit + line.given("--replay") > 1)
        throw bad_input("--audit, --outcomes and --replay exclude each other");
    if (read.outcomes && (read.all || line.given("--claim") || line.given("--weaken")))
        throw bad_input("--outcomes cannot be combined with --all, --claim or --weaken");

    read.threads = threads.value_or(0);
    read.rounds = rounds.value_or(0);
    if (random && pct) throw bad_input("--random and --pct exclude each other");
    if (read.all != read.names.empty())
        throw bad_input(read.all ? "give names, or --all, not both"
                                 : "give the name of a subject, or --all (--list lists them)");
    if (!read.all && (!read.evidence.empty() || !read.json.empty() || read.searches))
        throw bad_input("--evidence, --json and --searches go with --all");
    if (read.replays && !read.all && !read.judge)
        throw bad_input("--replays goes with --all or --judge");
    if (read.judge && (read.all || read.outcomes || !read.replay.empty() || !read.weaken.empty()))
        throw bad_input("--judge goes with names, and not with --outcomes, --replay or --weaken");
    if (!read.names.empty() && read.names.front() == "interpreted") take_interpreted(read);
    if (!read.replay.empty() && read.names.size() != 1)
        throw bad_input("--replay needs one subject: the one that its string was printed for");
    check_names(read, all);

    // Few programs have so many turns to ask in; where it is a bound after all, the verdict says
    // so.
    read.explore.timeouts = 8;
    read.stories = !no_story;
    read.explore.seconds = seconds >= 0 ? seconds : std::chrono::duration<double>(budget).count();
    read.explore.preemptions = preemptions ? static_cast<int>(*preemptions) : -1;
    read.explore.reduction = !no_reduction;
    // More would only take the CPU from each other.
    if (!read.all)
        read.explore.workers =
            std::min(read.jobs, std::max(1U, std::thread::hardware_concurrency()));
    if (random) read.explore.how = model::search::random;
    if (pct) {
        read.explore.how = model::search::pct;
        read.explore.pct_depth = *pct;
    }
    return read;
}

}  // namespace tally::check
