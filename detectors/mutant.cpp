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

using namespace tally;
using namespace tally::stress;

struct wrong_input {
    std::string message;
};

struct request {
    std::string name;
    std::string weaken;  // FILE:LINE:ORDER
    unsigned budget_ms = 40;
    unsigned patience_s = 20;
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
        throw wrong_input{wrong.what()};
    }
    const site where{file.c_str(), asked.line, asked.column};
    if (!asked.means(where))
        throw wrong_input{"--weaken: " + asked.file + " is not the strategy's file, " +
                          file.substr(file.rfind('/') + 1)};
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
        throw wrong_input{"there is no strategy '" + name +
                          "'; near it: " + kit::nearest(name, known)};
    return found;
}

int run(const request& wanted) {
    catalogue all;
    mutants::fill(all);
    const auto subjects = strategies_called(all, wanted.name);
    const std::string file = file_of(*subjects.front());
    if (!wanted.weaken.empty()) mutation::weaken(weakening_in(file, wanted.weaken));

    effort how;
    how.budget = std::chrono::milliseconds(wanted.budget_ms);
    how.seed = wanted.seed;
    board seen_by(most_threads(how));
    const late_touch_watch watching(seen_by);
    const watchdog patient(seen_by, std::chrono::seconds(wanted.patience_s));
    for (const strategy* who : subjects)
        for (const auto& claim : who->claims) {
            const outcome seen = attack(seen_by, *who, claim, how);
            if (seen.held) continue;
            std::printf("REFUTED: %s: %s: %s\n", who->name().c_str(),
                        std::string(claim.sentence).c_str(), seen.how_broken.c_str());
            return kit::exit_refuted;
        }
    if (wanted.weaken.empty() || mutation::was_made()) return 0;
    std::printf("no attempt came to the access that was weakened\n");
    return kit::exit_not_made;
}

int program(int argc, char** argv) {
    request wanted;
    CLI::App app("The claims over a strategy of which one memory order has been weakened");
    app.add_option("strategy", wanted.name, "a machine-written lock, or a counter")->required();
    app.add_option("--weaken", wanted.weaken,
                   "FILE:LINE:ORDER: the order on that line from now on");
    app.add_option("--budget", wanted.budget_ms, "ms for each claim")->check(CLI::Range(1, 60'000));
    app.add_option("--patience", wanted.patience_s, "s without a step are a hang")
        ->check(CLI::Range(1, 600));
    app.add_option("--seed", wanted.seed, "of the attempts");
    try {
        parse(app, argc, argv);
        return run(wanted);
    } catch (const CLI::ParseError& wrong) {
        return answer(app, "tally-mutant", wrong);
    } catch (const wrong_input& wrong) {
        std::fprintf(stderr, "tally-mutant: %s\n", kit::shown(wrong.message).c_str());
    }
    return kit::exit_bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_judged("tally-mutant", program, argc, argv);
}
