// SPDX-License-Identifier: MIT
#include "check/interpreted.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "check/decide.hpp"
#include "check/trying.hpp"
#include "claims/interpreted_increment.hpp"
#include "counters/interpreter/generations.hpp"
#include "kit/columns.hpp"
#include "kit/format.hpp"
#include "kit/nearest.hpp"

namespace tally::check {

namespace {

constexpr std::string_view family = "interpreted";

// Each case with its entry, in the same order.
struct interpreted_catalogue {
    std::vector<interpreted_case> cases;
    std::vector<entry> entries;
};

interpreted_catalogue make() {
    interpreted_catalogue made;
    interpreter::for_each_pair([&]<class Generation, class Program>() {
        using counter = interpreted<checked, Generation, Program>;
        using claim = stress::interpreted_increment<checked, counter>;
        static const std::string name =
            std::string(Generation::name) + "-" + std::string(Program::name);
        entry each;
        each.what = {name, family, "counters/interpreted.hpp"};
        each.kind = kind::program;
        each.control = !counter::traits.exact;
        each.programs.push_back({"interpreted_increment",
                                 claim::sentence,
                                 [](const stress::script& with) { return claim::run(with); },
                                 {{2, 2}}});
        made.entries.push_back(std::move(each));
        made.cases.push_back(
            {name, Generation::name, Program::name, Program::source, !counter::traits.exact});
    });
    return made;
}

const interpreted_catalogue& everything() {
    static const interpreted_catalogue made = make();
    return made;
}

// The names that `member` of the cases has, each once.
std::vector<std::string_view> known(std::string_view interpreted_case::*member) {
    std::vector<std::string_view> names;
    for (const auto& each : interpreted_cases())
        if (std::find(names.begin(), names.end(), each.*member) == names.end())
            names.push_back(each.*member);
    return names;
}

void check_known(std::string_view what, const std::string& typed,
                 std::string_view interpreted_case::*member) {
    const auto names = known(member);
    if (typed.empty() || std::find(names.begin(), names.end(), typed) != names.end()) return;
    throw bad_input(fmt::format("unknown {} '{}' of interpreted: did you mean {}?", what, typed,
                                kit::nearest(typed, names)));
}

}  // namespace

const std::vector<interpreted_case>& interpreted_cases() { return everything().cases; }

void enter_interpreted(catalogue& into) {
    for (const auto& each : everything().entries)
        into.entries.push_back(each);
}

std::vector<std::string> interpreted_names(const std::string& generation,
                                           const std::string& program) {
    check_known("generation", generation, &interpreted_case::generation);
    check_known("program", program, &interpreted_case::program);
    std::vector<std::string> names;
    for (const auto& each : interpreted_cases())
        if ((generation.empty() || generation == each.generation) &&
            (program.empty() || program == each.program))
            names.push_back(each.name);
    return names;
}

int check_interpreted(const catalogue& all, const options& with) {
    model::options how = with.explore;
    how.count_graphs = false;
    how.keep_outcomes = false;
    bool as_expected = true;
    for (const auto& which : interpreted_cases()) {
        if (std::find(with.names.begin(), with.names.end(), which.name) == with.names.end())
            continue;
        const auto& entry = *std::find_if(all.entries.begin(), all.entries.end(),
                                          [&](const auto& e) { return e.what.name == which.name; });
        const claim_program& claim = entry.programs.front();
        const size usual = claim.sizes.front();
        const size at{with.threads != 0 ? with.threads : usual.threads,
                      with.rounds != 0 ? with.rounds : usual.rounds};
        now_deciding(which.name);
        decision made;
        if (which.may_lose && how.how == model::search::exhaustive && how.executions == 0)
            made = by_luck(claim, at, how);
        if (made.found.empty()) made = decide(claim, at, how);
        // A search that was cut short and found nothing says nothing of a case that may lose.
        const bool loses = !made.found.empty();
        const bool told = made.decided() && loses == which.may_lose;
        as_expected = as_expected && told;
        kit::print("{:<14} {:<20} {} x {}  {}\n", which.generation, which.source, at.threads,
                   at.rounds,
                   loses            ? "LOSES: " + made.found.front().what
                   : made.decided() ? "loses nothing"
                                    : "NO VERDICT");
        kit::print("{}",
                   kit::fit_columns(fmt::format("{:<15}{} executions, {:.2f} s; {}{}", "",
                                                made.executions, made.seconds, made.verdict,
                                                told ? "" : "; NOT WHAT ITS BYTE CODES SAY")));
        if (loses && with.stories)
            kit::print("\n{}\nreplay: tally-check {} --replay '{}'\n\n", made.found.front().story,
                       which.name, made.found.front().replay);
        std::fflush(stdout);
    }
    return as_expected ? 0 : 1;
}

}  // namespace tally::check
