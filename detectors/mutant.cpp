// SPDX-License-Identifier: MIT
// tally-mutant: the claims over one strategy of which one memory order has been weakened.
//
//   tally-mutant ticket --weaken ticket.hpp:<line>:relaxed
//
// Built plainly it is what stress sees of the weakened lock; built with ThreadSanitizer, what that
// sees. Ends as tally-stress does (kit/exit_codes.hpp), and with exit_not_made when the access
// on that line was never made, so that nothing was tried.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string>
#include <vector>

#include "detectors/mutants.hpp"
#include "kit/command_line.hpp"
#include "kit/exit_codes.hpp"
#include "kit/judge.hpp"
#include "kit/nearest.hpp"
#include "stress/attack.hpp"
#include "stress/late_touch.hpp"
#include "stress/watchdog.hpp"

namespace {

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::stress;

struct request {
    std::string name;
    std::string weaken;  // FILE:LINE:ORDER
    std::chrono::milliseconds budget{40};
    std::chrono::milliseconds patience{20'000};
    std::uint64_t seed = 1;
};

// Where the subject's own file is, as its accesses name it.
std::string file_of(const strategy& who) {
    const std::string file(who.what.file);
    return file.front() == '/' ? file : std::string(TALLY_SOURCE_DIR) + '/' + file;
}

// `file`, the strategy's own, is kept by the caller: a site does not own its name.
weakening weakening_in(const std::string& file, const std::string& text) {
    asked_weakening asked;
    try {
        asked = read_weakening(text);
    } catch (const std::invalid_argument& wrong) {
        throw kit::bad_input(wrong.what());
    }
    const site where{file.c_str(), asked.line, asked.column};
    if (!asked.means(where))
        throw kit::bad_input("--weaken: " + asked.file + " is not the strategy's file, " +
                             file.substr(file.rfind('/') + 1));
    return {.where = where, .on_failure = false, .to = asked.to};
}

std::vector<const strategy*> strategies_called(const catalogue& all, const std::string& name) {
    std::vector<const strategy*> found;
    std::vector<std::string> known;
    for (const auto& who : all.strategies) {
        if (who.what.name == name) found.push_back(&who);
        known.emplace_back(who.what.name);
    }
    if (found.empty())
        throw kit::bad_input("there is no strategy '" + name +
                             "'; near it: " + kit::nearest(name, known));
    return found;
}

int run(const request& wanted) {
    catalogue all;
    mutants::fill(all);
    const auto subjects = strategies_called(all, wanted.name);
    const std::string file = file_of(*subjects.front());
    if (!wanted.weaken.empty()) mutation::weaken(weakening_in(file, wanted.weaken));

    effort how;
    how.budget = wanted.budget;
    how.seed = wanted.seed;
    board seen_by(most_threads(how));
    const late_touch_watch watching(seen_by);
    const watchdog patient(seen_by, wanted.patience);
    for (const strategy* who : subjects)
        for (const auto& claim : who->claims) {
            const outcome seen = attack(seen_by, *who, claim, how);
            if (seen.held) continue;
            std::printf("REFUTED: %s: %s: %s\n", who->name().c_str(),
                        std::string(claim.sentence).c_str(), seen.how_broken.c_str());
            return kit::exit_refuted;
        }
    if (wanted.weaken.empty() || mutation::was_made()) return 0;
    std::printf("no attempt reached the weakened access\n");
    return kit::exit_not_made;
}

int program(int argc, char** argv) {
    request wanted;
    kit::command_line line(
        "tally-mutant",
        "Tries the claims of a strategy in which one memory order has been weakened");
    line.word("strategy", kit::text(wanted.name, "NAME"), "a machine-written lock, or a counter");
    line.option("--weaken", kit::text(wanted.weaken, "FILE:LINE:ORDER"),
                "give the access on that line this order instead");
    line.option("--budget", kit::time(wanted.budget, 1ms, 1min), "time to spend on each claim");
    line.option("--patience", kit::time(wanted.patience, 1s, 10min),
                "no step by any thread for this long counts as a hang");
    line.option("--seed", kit::number(wanted.seed, 0, UINT64_MAX), "of the attempts");
    return line.parse(argc, argv) ? run(wanted) : 0;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_judged("tally-mutant", program, argc, argv);
}
