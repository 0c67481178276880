#include "check/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <thread>

#include "check/decide.hpp"
#include "check/interpreted.hpp"
#include "kit/command_line.hpp"
#include "kit/nearest.hpp"
#include "machines/left_out.hpp"

namespace tally::check {

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
        throw bad_input("interpreted takes a generation and a program, no more: not '" +
                        read.names[3] + "'");
    read.names = interpreted_names(read.names[1], read.names[2]);
}

unsigned in_range(const char* flag, long long value, unsigned most) {
    if (value < 1 || value > most)
        throw bad_input(
            fmt::format("{} takes a whole number from 1 to {}, not {}", flag, most, value));
    return static_cast<unsigned>(value);
}

}  // namespace

options read_options(int argc, char** argv, const catalogue& all) {
    options read;
    long long threads = 0;
    long long rounds = 0;
    long long pct = 0;
    long long jobs = 2;
    long long seed = 1;
    long long executions = 0;
    long long preemptions = -1;
    double seconds = 10;
    bool random = false;
    bool no_reduction = false;
    bool no_story = false;

    CLI::App app{
        "Decides claims about locks and counters: every interleaving, every weak-memory "
        "outcome.\nExit code: 0 all as expected, 1 a claim is refuted or a subject ended the "
        "program,\n"
        "2 bad input, 5 no verdict.",
        "tally-check"};
    app.set_help_flag();
    app.add_flag("-h,--help", read.help, "this text");
    app.add_option("subject", read.names,
                   "names of locks, counters, specimens, programs (--list); or\n"
                   "interpreted [GENERATION [PROGRAM]]: can num += 1 lose an update?");
    app.add_flag("--all", read.all,
                 "the whole catalogue and all specimens, each judged by what "
                 "it should come to");
    app.add_flag("--judge", read.judge,
                 "the named subjects, each judged by what it should come to");
    app.add_flag("--list", read.list, "name, kind and claims of each subject");
    app.add_option("--claim", read.claim, "only this claim, by its id (--list)");
    app.add_option("--threads", threads, "this many threads (default: each claim's own sizes)");
    app.add_option("--rounds", rounds, "this many rounds per thread");
    app.add_flag("--audit", read.audit,
                 "weaken each memory order by a step and see what notices; what\n"
                 "survives is tried at larger sizes, within --seconds for each");
    app.add_flag("--outcomes", read.outcomes,
                 "every number that the increments can end with, each with one execution");
    app.add_option("--replay", read.replay, "run again what a failing check printed");
    app.add_option("--weaken", read.weaken, "FILE:LINE:ORDER: replace the orders on that line");
    app.add_flag("--no-story", no_story, "verdicts only");
    app.add_flag("--random", random, "random executions instead of all");
    app.add_option("--pct", pct, "random priorities with D - 1 changes (Burckhardt et al. 2010)");
    app.add_option("--seed", seed, "of --random and --pct (default 1)");
    app.add_option("--executions", executions, "at most so many (default: no bound; random 10000)");
    app.add_option("--preemptions", preemptions, "at most so many preemptions in an execution");
    app.add_option("--seconds", seconds,
                   "at most so long for each claim at each size, of CPU time\n"
                   "(default 10; 0: no bound)");
    app.add_flag("--no-reduction", no_reduction,
                 "plain search: every interleaving, for comparison");
    app.add_option("--jobs", jobs,
                   "with --all, subjects decided at a time; else, processes that share\n"
                   "a search which is not soon over (default 2)");
    app.add_option("--evidence", read.evidence, "with --all: write the page of evidence here");
    app.add_flag("--replays", read.replays,
                 "with --all or --judge: run each failure's replay string in a fresh process");
    app.add_flag("--searches", read.searches,
                 "with --all: hunt each subject and each weakened order by each kind of search");
    app.add_option("--json", read.json, "with --all: write the facts behind it here");

    try {
        parse(app, argc, argv);
    } catch (const CLI::ExtrasError&) {
        std::vector<std::string> flags;
        for (const auto* option : app.get_options())
            for (const auto& name : option->get_lnames())
                flags.push_back("--" + name);
        for (int i = 1; i != argc; ++i) {
            const std::string typed(argv[i]);
            const std::string flag = typed.substr(0, typed.find('='));
            if (flag.size() > 1 && flag[0] == '-' && flag != "-h" &&
                std::find(flags.begin(), flags.end(), flag) == flags.end())
                unknown("flag", flag, flags);
        }
        throw bad_input("too many arguments; see --help");
    } catch (const CLI::ParseError& wrong) {
        std::string line = wrong.what();
        std::replace(line.begin(), line.end(), '\n', ' ');
        throw bad_input(line);
    }
    read.help_text = help_text(app);
    if (read.help || read.list) return read;

    if (read.outcomes + read.audit + (app.count("--replay") != 0) > 1)
        throw bad_input("--audit, --outcomes and --replay exclude each other");
    if (read.outcomes && (read.all || app.count("--claim") != 0 || app.count("--weaken") != 0))
        throw bad_input("--outcomes is a question of its own: not with --all, --claim or --weaken");

    if (app.count("--threads") != 0) read.threads = in_range("--threads", threads, most_threads);
    if (app.count("--rounds") != 0) read.rounds = in_range("--rounds", rounds, most_rounds);
    read.jobs = in_range("--jobs", jobs, 256);
    if (!std::isfinite(seconds) || seconds < 0)
        throw bad_input("--seconds takes a number from 0 on");
    if (executions < 0) throw bad_input("--executions takes a whole number from 0 on");
    if (seed < 0) throw bad_input("--seed takes a whole number from 0 on");
    if (app.count("--preemptions") != 0 && preemptions < 0)
        throw bad_input("--preemptions takes a whole number from 0 on");
    if (random && pct != 0) throw bad_input("--random and --pct exclude each other");
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
        throw bad_input("--replay takes the name of the one subject that it is of");
    check_names(read, all);

    // Few programs have so many turns to ask in; where it is a bound after all, the verdict says
    // so.
    read.explore.timeouts = 8;
    read.stories = !no_story;
    read.explore.seed = static_cast<std::uint64_t>(seed);
    read.explore.executions = static_cast<std::uint64_t>(executions);
    read.explore.seconds = seconds;
    read.explore.preemptions = static_cast<int>(preemptions);
    read.explore.reduction = !no_reduction;
    // More would only take the CPU from each other.
    if (!read.all)
        read.explore.workers =
            std::min(read.jobs, std::max(1U, std::thread::hardware_concurrency()));
    if (random) read.explore.how = model::search::random;
    if (app.count("--pct") != 0) {
        read.explore.how = model::search::pct;
        read.explore.pct_depth = in_range("--pct", pct, 64);
    }
    return read;
}

}  // namespace tally::check
