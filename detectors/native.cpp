// SPDX-License-Identifier: MIT
#include "detectors/native.hpp"

#include <chrono>
#include <stdexcept>

#include "kit/exit_codes.hpp"
#include "tsan/report.hpp"
#include "tsan/runtime.hpp"

namespace tally::detectors {

namespace {

constexpr std::chrono::seconds longest_try(60);

kit::child_result run(const std::vector<std::string>& command) {
    // Whether something is reported is all that is asked: nobody reads file and line.
    return tsan::runtime{.symbolize = false}.run(command, longest_try);
}

bool is_tsan(const build& of) { return of.detector.starts_with("tsan"); }

}  // namespace

std::vector<stress::listed> list(const build& of) {
    const auto said = run({of.stress, "--list-strategies"});
    if (said.exit_code != 0)
        throw std::runtime_error(of.stress +
                                 " does not list its strategies: " + stress::describe(said));
    return stress::from_json(said.output);
}

native_detector::native_detector(build programs, const effort& how)
    : programs_(std::move(programs)), how_(how) {
    for (auto& one : list(programs_)) {
        std::string name = one.name;
        strategies_.emplace(std::move(name), std::move(one));
    }
}

bool native_detector::knows(const suspect& who) const {
    // What is no lock and no counter (a protocol of a machine) runs on the checked machine only.
    return strategies_.contains(who.subject);
}

std::vector<std::vector<std::string>> native_detector::commands_for(const suspect& who,
                                                                    unsigned attempt) const {
    const std::vector<std::string> effort{
        "--budget",   std::to_string(how_.budget_ms * (attempt + 1)) + "ms",
        "--patience", std::to_string(how_.patience_s) + "s",
        "--seed",     std::to_string(attempt + 1)};
    std::vector<std::vector<std::string>> commands;
    if (who.weakened) {
        commands.push_back({programs_.mutant, who.subject, "--weaken", who.weakened->text()});
    } else {
        const auto [from, to] = strategies_.equal_range(who.subject);
        for (auto one = from; one != to; ++one) {
            const auto& says = one->second;
            if (!says.shows_here()) continue;
            commands.push_back({programs_.stress, says.all_claims(), "--abort"});
        }
    }
    for (auto& command : commands)
        command.insert(command.end(), effort.begin(), effort.end());
    return commands;
}

trial native_detector::judge(const suspect& who) const {
    using clock = std::chrono::steady_clock;
    const auto begun = clock::now();
    trial result;
    const auto conclude = [&](bool caught, std::string what) {
        result.caught = caught;
        result.what = std::move(what);
        result.seconds = std::chrono::duration<double>(clock::now() - begun).count();
        return result;
    };
    // One try is enough to see that a correct lock is accused of nothing by chance.
    const unsigned tries = who.broken ? how_.tries : 1;
    std::string otherwise;  // what a sanitizer's run came to that was no report
    for (unsigned attempt = 0; attempt != tries; ++attempt) {
        ++result.tries;
        for (const auto& command : commands_for(who, attempt)) {
            const auto seen = run(command);
            if (seen.exit_code == kit::exit_bad_input)
                throw std::runtime_error(command[0] + " refused " + who.name() + ": " +
                                         seen.output);
            const bool failed = seen.exit_code != 0 && seen.exit_code != kit::exit_not_made;
            if (!is_tsan(programs_)) {
                if (failed) return conclude(true, stress::describe(seen));
                if (seen.exit_code != 0) otherwise = stress::describe(seen);
                continue;
            }
            const auto reports = tsan::reports_in(seen.output);
            if (!reports.empty()) return conclude(true, reports.front().kind);
            // A claim that fails under the sanitizer is not the sanitizer's merit.
            if (seen.exit_code != 0) otherwise = stress::describe(seen);
        }
    }
    return conclude(false, otherwise);
}

}  // namespace tally::detectors
