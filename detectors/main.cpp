// SPDX-License-Identifier: MIT
// tally-detectors: shows every suspect to every detector, and says who notices.
//
//   measure   judges; writes the scoreboard. 1: a detector was asleep, or accused a correct lock
//             (results/detectors.md is made of it by tally-publish)
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "detectors/native.hpp"
#include "detectors/scoreboard.hpp"
#include "detectors/suspects.hpp"
#include "kit/command_line.hpp"
#include "kit/exit_codes.hpp"
#include "kit/format.hpp"
#include "kit/nearest.hpp"
#include "kit/program.hpp"
#include "runs/machine.hpp"
#include "runs/run_folder.hpp"
#include "tsan/runtime.hpp"

namespace {

using namespace std::chrono_literals;
using namespace tally::detectors;
using tally::kit::bad_input;
namespace fs = std::filesystem;

struct request {
    std::string facts;                // of tally-check
    std::vector<std::string> builds;  // DETECTOR=FOLDER
    std::vector<std::string> only;
    effort how;
    std::string store;                 // a folder of runs, or empty
    std::string revision = "unknown";  // of the sources, for the run's name
};

// DETECTOR=FOLDER, the folder of a build.
build read_build(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        throw bad_input("--build takes DETECTOR=FOLDER, not '" + text + "'");
    const std::string detector = text.substr(0, equals);
    const fs::path folder = text.substr(equals + 1);
    const std::vector<std::string> known{"stress", "tsan-gcc", "tsan-clang"};
    if (std::find(known.begin(), known.end(), detector) == known.end())
        throw bad_input("--build: '" + detector +
                        "' is not a detector: use stress, tsan-gcc or tsan-clang");
    build programs{.detector = detector,
                   .stress = (folder / "bin" / "tally-stress").string(),
                   .mutant = (folder / "bin" / "tally-mutant").string()};
    for (const auto& program : {programs.stress, programs.mutant})
        if (::access(program.c_str(), X_OK) != 0)
            throw bad_input("--build " + text + ": there is no " + program);
    return programs;
}

void keep_only(std::vector<suspect>& suspects, const std::vector<std::string>& only) {
    if (only.empty()) return;
    std::vector<std::string> names;
    for (const auto& who : suspects)
        names.push_back(who.subject);
    for (const auto& name : only)
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw bad_input("--strategy: there is no suspect '" + name +
                            "'; near it: " + tally::kit::nearest(name, names));
    std::erase_if(suspects, [&](const suspect& who) {
        return std::find(only.begin(), only.end(), who.subject) == only.end();
    });
}

int measure(const request& wanted) {
    if (wanted.builds.empty()) throw bad_input("--build says which programs to run");
    std::vector<native_detector> natives;
    for (const auto& text : wanted.builds)
        natives.emplace_back(read_build(text), wanted.how);
    scoreboard board{.made_on = tally::runs::made_on(), .how = wanted.how, .suspects = {}};
    board.suspects = gather(wanted.facts, list(read_build(wanted.builds.front())));
    keep_only(board.suspects, wanted.only);

    // Before anything is tried: a place that cannot be written is found now.
    fs::path file;
    if (!wanted.store.empty()) {
        file = tally::runs::make_run_folder(wanted.store, tally::runs::machine_name(),
                                            wanted.revision) /
               "detectors.json";
        write_scoreboard(file.string(), board);
    }
    std::size_t done = 0;
    for (auto& who : board.suspects) {
        for (const auto& detector : natives)
            if (detector.knows(who)) who.by[detector.id()] = detector.judge(who);
        std::string notice;
        for (const auto& detector : all_detectors)
            if (who.caught_by(detector.id)) notice += fmt::format(" {}", detector.id);
        tally::kit::print("[{}/{}] {}:{}\n", ++done, board.suspects.size(), who.name(),
                          notice.empty() ? " nobody" : notice);
        std::fflush(stdout);
        // After each, so that an end in the middle loses only what was not tried.
        if (!file.empty()) write_scoreboard(file.string(), board);
    }
    const auto wrong = contradictions(board.suspects);
    for (const auto& line : wrong)
        tally::kit::print("WRONG: {}\n", line);
    for (const auto& detector : all_detectors) {
        const auto sum = total(board.suspects, detector.id);
        if (sum.shown + sum.correct != 0)
            tally::kit::print("{:<11} caught {} of {}; accused {} of {} correct ones\n",
                              detector.title, sum.caught, sum.shown, sum.accused, sum.correct);
    }
    return wrong.empty() ? 0 : tally::kit::exit_refuted;
}

int program(int argc, char** argv) {
    tally::kit::command_line line("tally-detectors",
                                  "Who notices: every suspect, shown to every detector.");
    line.need_verb();
    request wanted;
    auto& measuring = line.verb("measure", "judges every suspect; writes the scoreboard");
    measuring.word("facts", tally::kit::existing_file(wanted.facts),
                   "what tally-check --searches --json wrote");
    measuring.option("--build", tally::kit::texts(wanted.builds, "DETECTOR=FOLDER"), "of a build");
    measuring.option("--strategy,--only", tally::kit::texts(wanted.only, "NAME"),
                     "only this lock, counter or specimen");
    measuring.option("--tries", tally::kit::number(wanted.how.tries, 1, 100), "at most");
    std::chrono::milliseconds budget(wanted.how.budget_ms);
    measuring.option("--budget", tally::kit::time(budget, 1ms, 1min),
                     "time to spend on each claim in the first try");
    std::chrono::seconds patience(wanted.how.patience_s);
    measuring.option("--patience", tally::kit::time(patience, 1s, 10min),
                     "no step by any thread for this long counts as a hang");
    measuring.option("--store", tally::kit::existing_folder(wanted.store),
                     "folder of runs: the scoreboard goes into a new run there");
    measuring.option("--revision", tally::kit::text(wanted.revision, "NAME"), "of the sources");
    if (!line.parse(argc, argv)) return 0;
    if (measuring.given("--revision") && wanted.store.empty())
        throw bad_input("--revision goes with --store");
    wanted.how.budget_ms = static_cast<unsigned>(budget.count());
    wanted.how.patience_s = static_cast<unsigned>(patience.count());
    try {
        return measure(wanted);
    } catch (const tally::tsan::not_started& refusal) {
        tally::kit::complain("{}\n", refusal.what());
        return tally::kit::exit_cannot_say;
    } catch (const std::exception& wrong) {
        throw bad_input(wrong.what());
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-detectors", program, argc, argv);
}
