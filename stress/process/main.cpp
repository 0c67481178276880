// SPDX-License-Identifier: MIT
// tally-crash: locks between processes, attacked by processes that are killed.
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "kit/command_line.hpp"
#include "kit/exit_codes.hpp"
#include "kit/output.hpp"
#include "kit/program.hpp"
#include "kit/whole_file.hpp"
#include "stress/process/actor.hpp"
#include "stress/process/claims.hpp"
#include "stress/process/crash_file.hpp"
#include "stress/process/matrix.hpp"
#include "stress/process/robust.hpp"
#include "stress/process/sweep.hpp"

namespace {

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::process_stress;

int list(const std::string& of) {
    for (const auto& lock : all_locks())
        if ((of == "broken") == !lock.caught_by.empty()) std::printf("%s\n", lock.name.c_str());
    return 0;
}

// Throws std::system_error when the system refuses what the try needs: that refutes nothing.
stress::verdict try_claim(const process_claim& claim, const process::run_folder& run,
                          const subject_entry& subject) {
    try {
        return claim.run(run, subject);
    } catch (const std::system_error&) {
        throw;
    } catch (const std::exception& error) {
        return {false, error.what()};
    }
}

// The locks of that name: one, or one file's in every kind of waiting.
std::vector<const subject_entry*> locks_of(const std::string& name) {
    std::vector<const subject_entry*> found;
    for (const auto& lock : all_locks())
        if (lock.lock == name && lock.caught_by.empty()) found.push_back(&lock);
    if (found.empty()) found.push_back(&lock_called(name));
    return found;
}

// What came of some claims.
struct tally_of_claims {
    unsigned failed = 0;
    unsigned undecided = 0;  // the system refused what the try needs
};

// Every claim that the lock makes; or, of a broken lock, the one that must catch it.
void try_claims_of(const subject_entry& subject, const process::run_folder& run,
                   tally_of_claims& seen) {
    for (const auto& claim : process_claims()) {
        const bool broken = !subject.caught_by.empty();
        if (broken ? claim.name != subject.caught_by : !claim.applies(subject)) continue;
        const auto say = [&](const char* outcome, const std::string& why) {
            std::printf("%s: %s: %s%s\n", subject.name.c_str(), std::string(claim.sentence).c_str(),
                        outcome, why.c_str());
        };
        try {
            auto went = try_claim(claim, run, subject);
            // Whether it shows in one try is luck: five may come in order where there is none.
            for (int again = 0; broken && went.held && again != 20; ++again)
                went = try_claim(claim, run, subject);
            say(went.held ? "held" : "refuted: ", went.how_broken);
            seen.failed += went.held == broken;
        } catch (const std::system_error& refused) {
            say("cannot say: ", kit::shown(refused.what()).c_str());
            ++seen.undecided;
        }
    }
}

unsigned what_is_left(const process::run_folder& run) {
    const auto left = process::leftovers(run.path());
    for (const auto& what : left)
        std::printf("left behind: %s\n", what.c_str());
    return static_cast<unsigned>(left.size());
}

int claims_of(const std::string& name) {
    const auto subjects = locks_of(name);
    const process::run_folder run;
    tally_of_claims seen;
    for (const auto* subject : subjects)
        try_claims_of(*subject, run, seen);
    seen.failed += what_is_left(run);
    if (seen.failed != 0) return kit::exit_refuted;
    return seen.undecided != 0 ? kit::exit_cannot_say : 0;
}

struct matrix_request {
    std::vector<std::string> locks;
    matrix_options options;
    std::string file;
};

int make_matrix(const matrix_request& wanted) {
    std::vector<const subject_entry*> subjects;
    for (const auto& name : wanted.locks)
        for (const auto* subject : locks_of(name))
            subjects.push_back(subject);
    if (subjects.empty())
        for (const auto& lock : all_locks())
            if (lock.caught_by.empty()) subjects.push_back(&lock);
    // Before minutes of kills, not after them.
    if (!wanted.file.empty()) kit::expect_writable(wanted.file);
    const process::run_folder run;
    std::vector<matrix_row> rows;
    for (const auto* subject : subjects) {
        const auto from = monotonic_ns();
        rows.push_back(crash(run, *subject, wanted.options));
        unsigned trials = 0;
        for (const auto& cell : rows.back().cells)
            trials += cell.trials;
        std::printf("%-24s %6u trials, %5.1f s\n", subject->name.c_str(), trials,
                    static_cast<double>(monotonic_ns() - from) / 1e9);
        std::fflush(stdout);
        // After each row, so that an end in the middle loses only what was not tried.
        if (!wanted.file.empty()) write_crash_file(wanted.file, rows, wanted.options);
    }
    int failed = 0;
    for (const auto& wrong : contradictions(rows)) {
        std::printf("%s\n", wrong.c_str());
        failed = 1;
    }
    if (what_is_left(run) != 0) failed = 1;
    return failed;
}

int program(int argc, char** argv) try {
    // What the tests start, many thousands of times: before anything else.
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words[0] == "actor") return run_actor({words.begin() + 1, words.end()});
    if (!words.empty() && words[0] == "linger") return run_lingerer();
    if (!words.empty() && words[0] == "robust-worker")
        return run_robust_worker({words.begin() + 1, words.end()});

    kit::command_line line("tally-crash",
                           "Locks between processes, attacked by processes that are killed.");
    line.need_verb();

    std::string which = "locks";
    auto& listing = line.verb("list", "names the locks, or the broken ones");
    listing.optional_word("which", kit::one_of(which, {"locks", "broken"}, "NAME"),
                          "locks, or broken");

    std::string name;
    auto& claiming = line.verb("claims", "tries what a lock claims, with processes");
    claiming.word("strategy", kit::text(name, "NAME"), "the lock");

    matrix_request wanted;
    auto& crashing = line.verb("matrix", "the crash matrix: kills a lock's users at each step");
    crashing.optional_word("strategy", kit::texts(wanted.locks, "NAME"),
                           "the locks; all if none is named");
    crashing.option("--json", kit::text(wanted.file, "FILE"), "write the facts behind it here");
    crashing.option("--stride", kit::number(wanted.options.stride, 1, 1000),
                    "kill at every n-th instruction");
    crashing.option("--kills,--random", kit::number(wanted.options.random_kills, 0, 100'000),
                    "kills at random moments, per lock");
    std::chrono::milliseconds patience(wanted.options.patience_ms);
    crashing.option("--patience", kit::time(patience, 100ms, 1min),
                    "no step by any process for this long counts as a hang");
    crashing.option("--seed", kit::number(wanted.options.seed, 0, UINT64_MAX),
                    "seed for the random moments");

    std::vector<std::string> parts;
    auto& merging = line.verb("merge", "one file of matrices made on parts of the locks");
    merging.word("parts", kit::existing_files(parts), "the files");
    merging.needed("--json", kit::text(wanted.file, "FILE"), "write the facts behind it here");

    robust_options robust;
    auto& killing = line.verb("robust", "kills the robust counter's workers, and counts");
    killing.option("--kills", kit::number(robust.kills, 1, 10'000'000), "how many");
    killing.option("--workers", kit::number(robust.workers, 2, 32), "how many processes count");
    killing.option("--seed", kit::number(robust.seed, 0, UINT64_MAX),
                   "seed for the random moments");
    killing.flag("--without-redo", robust.without_redo, "the broken one, which must be caught");
    auto& stepping = line.verb("robust-steps", "kills one at each instruction of an increment");
    stepping.flag("--without-redo", robust.without_redo, "the broken one, which must be caught");

    auto& sweeping = line.verb("sweep", "removes what dead runs have left");
    auto& occupying = line.verb("occupy", "makes one of each lock, and waits to be killed");
    line.verb("prove-sweep", "kills runs, and checks that sweep finds all that they leave");
    if (!line.parse(argc, argv)) return 0;
    wanted.options.patience_ms = static_cast<unsigned>(patience.count());

    if (listing.chosen()) return list(which);
    if (claiming.chosen()) return claims_of(name);
    if (crashing.chosen()) return make_matrix(wanted);
    if (merging.chosen()) {
        merge_crash_files(parts, wanted.file);
        return 0;
    }
    if (killing.chosen()) return robust_under_kills(robust);
    if (stepping.chosen()) return robust_at_each_step(robust);
    if (sweeping.chosen()) {
        for (const auto& folder : process::sweep())
            std::printf("removed %s\n", folder.c_str());
        return 0;
    }
    if (occupying.chosen()) return occupy();
    return prove_sweep();
} catch (const std::system_error& refused) {
    std::fprintf(stderr, "tally-crash: cannot say: %s\n", kit::shown(refused.what()).c_str());
    return kit::exit_cannot_say;
} catch (const std::exception& error) {
    std::fprintf(stderr, "tally-crash: %s\n", kit::shown(error.what()).c_str());
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-crash", program, argc, argv);
}
