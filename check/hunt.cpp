// SPDX-License-Identifier: MIT
#include "check/hunt.hpp"

#include <fmt/core.h>

#include "check/decide.hpp"
#include "check/trying.hpp"

namespace tally::check {

hunt_result hunt(const entry& who, model::options with, std::optional<size> asked) {
    with.after_failure = 0;  // any failure will do
    with.count_graphs = false;
    with.keep_outcomes = false;
    hunt_result found;
    now_deciding(who.what.name);
    for (const auto& claim : who.programs)
        for (const size at : sizes_of(claim, asked)) {
            const decision made = decide(claim, at, with);
            found.search = made.search;
            found.executions += made.executions;
            found.seconds += made.seconds;
            if (!made.found.empty()) {
                found.caught_by = fmt::format("{}: {}, {} x {}", made.found.front().kind,
                                              made.sentence, at.threads, at.rounds);
                found.kind = model::failure_called(made.found.front().kind);
                return found;
            }
            found.complete = found.complete && made.complete && made.decided();
        }
    return found;
}

std::vector<hunt_result> hunt_by_each_search(const entry& who, const model::options& with) {
    std::vector<hunt_result> results;
    for (const auto how : {model::search::exhaustive, model::search::random, model::search::pct}) {
        model::options one = with;
        one.how = how;
        if (how != model::search::exhaustive) one.executions = 10'000;
        results.push_back(hunt(who, one));
    }
    return results;
}

}  // namespace tally::check
