// tally-detectors: shows every suspect to every detector, and says who notices.
//
//   measure   judges; writes the scoreboard. 1: a detector was asleep, or accused a correct lock
//             (results/detectors.md is made of it by tally-publish)
#include <fmt/format.h>
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

using namespace tally::detectors;
namespace fs = std::filesystem;

struct bad_input : std::runtime_error {
    using std::runtime_error::runtime_error;
};

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
        throw bad_input("--build: '" + detector + "' is none of stress, tsan-gcc, tsan-clang");
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
            throw bad_input("--only: there is no suspect '" + name +
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
    CLI::App app("Who notices: every suspect, shown to every detector");
    app.require_subcommand(1);
    request wanted;
    auto* measuring = app.add_subcommand("measure", "Judges every suspect; writes the scoreboard");
    measuring->add_option("facts", wanted.facts, "what tally-check --searches --json wrote")
        ->required()
        ->check(CLI::ExistingFile);
    measuring->add_option("--build", wanted.builds, "DETECTOR=FOLDER of a build; may be repeated");
    measuring->add_option("--only", wanted.only, "this lock, counter or specimen; may be repeated");
    measuring->add_option("--tries", wanted.how.tries, "at most")->check(CLI::Range(1, 100));
    measuring->add_option("--budget", wanted.how.budget_ms, "ms for each claim in the first try")
        ->check(CLI::Range(1, 60'000));
    measuring->add_option("--patience", wanted.how.patience_s, "s without a step are a hang")
        ->check(CLI::Range(1, 600));
    auto* store = measuring->add_option("--store", wanted.store, "a folder of runs, for a new one")
                      ->check(CLI::ExistingDirectory);
    measuring->add_option("--revision", wanted.revision, "of the sources")->needs(store);
    try {
        tally::parse(app, argc, argv);
        return measure(wanted);
    } catch (const CLI::ParseError& wrong) {
        return tally::answer(app, "tally-detectors", wrong);
    } catch (const tally::tsan::not_started& refusal) {
        tally::kit::complain("{}\n", refusal.what());
        return tally::kit::exit_cannot_say;
    } catch (const std::exception& wrong) {
        tally::kit::complain("tally-detectors: {}\n", tally::kit::shown(wrong.what()));
        return tally::kit::exit_bad_input;
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-detectors", program, argc, argv);
}
